/** The board as a value: `apply(board, message) -> board`. No clock, no page, no network in here. */

const ENDED = new Set(["completed", "timed_out", "terminated"]);

/** True when the attempt is over and no event may open it again. */
export const isOver = (attempt) => attempt !== null && ENDED.has(attempt.state);

/**
 * What the board lacks before it can take this message: null (nothing), "follow" (events are missing in between,
 * ask again after board.number) or "reload" (fetch the whole board: the server asks for it, or somebody was
 * registered, or has acted, whose name no event carries).
 */
export function needs(board, message) {
  if (message.type === "reset") return "reload";
  if (message.type !== "event" || message.event.number <= board.number) return null;
  if (message.event.number > board.number + 1) return "follow";
  return message.event.kind === "CandidateRegistered" || isOfStranger(board, message.event) ? "reload" : null;
}

/** An act of a colleague whose name no event carries. */
const isOfStranger = ({ people }, { by }) => by != null && people !== undefined && !Object.hasOwn(people, by);

/** So many of the staff's acts are kept. */
export const MOST_ACTS = 150;

/** The board after this message. A repeated or old number, a gap or an unknown type changes nothing. */
export function apply(board, message) {
  switch (message.type) {
    case "event":
      return withEvent(board, message.event, message.now);
    case "presence":
      return later(withPresence(board, message), message.now);
    case "device":
      return later(withDevice(board, message), message.now);
    case "alive":
      return later(board, message.now);
    default:
      return board;
  }
}

function withEvent(board, event, now) {
  if (event.number !== board.number + 1) return board;
  const change = changes[event.kind];
  const changed = noted(change ? change(board, event) : board, event);
  return later({ ...changed, number: event.number }, now);
}

/** What a member of staff does is kept, the newest last; what candidates and the clock do is not. */
const noted = (board, event) => (event.by == null ? board : { ...board, acts: [...(board.acts ?? []), event].slice(-MOST_ACTS) });

const later = (board, now) => (now > board.now ? lapsing({ ...board, now }) : board);

/** An admission that no start has followed lapses by the server's time alone: no event says so. */
function lapsing(board) {
  const lapses = ({ state, attempt, lapsed, admitted_until: until }) =>
    state === "admitted" && attempt === null && !lapsed && until != null && until <= board.now;
  if (!board.candidates.some(lapses)) return board;
  return { ...board, candidates: board.candidates.map((one) => (lapses(one) ? { ...one, lapsed: true } : one)) };
}

const UNADMITTED = { seat: null, admitted_until: null, lapsed: false };

function withPresence(board, { candidate: id, presence, last_sign: sign }) {
  return withCandidate(board, id, (candidate) =>
    sign !== null && candidate.last_sign !== null && sign < candidate.last_sign
      ? candidate
      : { ...candidate, presence, last_sign: sign ?? candidate.last_sign },
  );
}

const withDevice = (board, { candidate: id, browser, width, height }) =>
  withCandidate(board, id, (candidate) => ({ ...candidate, device: { browser, width, height } }));

function withCandidate(board, id, change) {
  let touched = false;
  const candidates = board.candidates.map((candidate) => {
    if (candidate.id !== id) return candidate;
    const next = change(candidate);
    touched = touched || next !== candidate;
    return next;
  });
  return touched ? { ...board, candidates } : board;
}

const withSession = (board, change) => ({ ...board, session: { ...board.session, ...change } });

/** A change of one candidate, as an entry of the table below. */
const ofCandidate = (change) => (board, event) =>
  withCandidate(board, event.candidate, (candidate) => change(candidate, event.facts ?? {}, event));

/** A change of the attempt that is under way; one that is over, or not begun, stays as it is. */
const ofAttempt = (change) =>
  ofCandidate((candidate, facts, event) =>
    candidate.attempt === null || isOver(candidate.attempt)
      ? candidate
      : { ...candidate, attempt: { ...candidate.attempt, ...change(candidate.attempt, facts, event) } },
  );

/** The end of an attempt. It may come for somebody who never started (terminated before the first question). */
const end = (state, endedAt) =>
  ofCandidate((candidate, facts, event) => {
    if (isOver(candidate.attempt)) return candidate;
    const before = candidate.attempt ?? { started_at: null, answered: 0 };
    const over = { state, deadline: null, left_ms: null, ended_at: endedAt(facts, event), reason: facts.reason ?? null };
    return { ...candidate, fraud: null, attempt: { ...before, ...over, answered: Math.max(before.answered, facts.answered ?? 0) } };
  });

const worked = ({ worked_at: before }, at) => Math.max(before ?? at, at);

const seen = (candidate, at) => Math.max(candidate.last_sign ?? at, at);

/** A clock that runs again is a new beginning: nobody worked while it stood. */
const workingFrom = (board, at) => ({
  ...board,
  candidates: board.candidates.map((candidate) => (candidate.attempt === null ? candidate : { ...candidate, worked_at: worked(candidate, at) })),
});

/** The request is over, if it is the one that waits. */
const requestOver = (candidate, { request }) => (candidate.fraud?.request === request ? { ...candidate, fraud: null } : candidate);

/** Who watches the room: `since` for one invigilator, null for one who leaves; whoever watches already goes on. */
const onDuty = (board, id, since) =>
  withSession(board, {
    invigilators: (board.session.invigilators ?? []).map((one) =>
      one.id !== id ? one : { ...one, on_duty_since: since === null ? null : (one.on_duty_since ?? since) },
    ),
  });

/** One more invigilator, by name among the others; whoever was looking on until now may act. */
function withInvigilator(board, { invigilator: id, name }) {
  const others = (board.session.invigilators ?? []).filter((one) => one.id !== id);
  const invigilators = [...others, { id, name, on_duty_since: null }].sort((a, b) => (a.name < b.name ? -1 : 1));
  const looksOn = board.session.looks_on === true && board.session.me !== id;
  return { ...withSession(board, { invigilators, looks_on: looksOn }), people: { ...board.people, [id]: name } };
}

const offDuty = (board) => withSession(board, { invigilators: (board.session.invigilators ?? []).map((one) => ({ ...one, on_duty_since: null })) });

/** A deadline runs or time is kept; never both. Null in both leaves what was known. */
function clockOf(attempt, { deadline = null, left_ms: left = null }) {
  if (deadline !== null) return { deadline, left_ms: null };
  return left !== null ? { deadline: null, left_ms: left } : { deadline: attempt.deadline, left_ms: attempt.left_ms };
}

/** The candidate with the clock that an event tells; an attempt that is over keeps what it had. */
function clocked(candidate, facts) {
  const { attempt } = candidate;
  return attempt === null || isOver(attempt) ? candidate : { ...candidate, attempt: { ...attempt, ...clockOf(attempt, facts) } };
}

/** The call is over, if it is the one that waits; the clock is what the server says of it. */
function callOver(candidate, facts) {
  return candidate.help?.call === facts.call ? clocked({ ...candidate, help: null }, facts) : candidate;
}

function extended(candidate, facts) {
  const added = (facts.minutes ?? 0) * 60_000;
  const longer = { ...candidate, allowed_ms: candidate.allowed_ms + added };
  const { attempt } = candidate;
  if (attempt === null) return longer;
  if (isOver(attempt)) return candidate;
  const told = facts.deadline != null || facts.left_ms != null;
  const clock = told ? clockOf(attempt, facts) : shifted(attempt, added);
  return { ...longer, attempt: { ...attempt, ...clock } };
}

const shifted = ({ deadline, left_ms: left }, added) => ({
  deadline: deadline === null ? null : deadline + added,
  left_ms: left === null ? null : left + added,
});

function extraTimeSet(candidate, facts) {
  const added = facts.allowed_ms - candidate.allowed_ms;
  const fraction = facts.fraction === "0" ? null : (facts.fraction ?? null);
  const changed = { ...candidate, extra_time: fraction, allowed_ms: facts.allowed_ms };
  const { attempt } = candidate;
  if (attempt === null || isOver(attempt)) return changed;
  const clock = facts.deadline != null ? clockOf(attempt, facts) : shifted(attempt, added);
  return { ...changed, attempt: { ...attempt, ...clock } };
}

/** The room stops or runs again: each candidate named in `values` gets the clock that `clock` makes of the value. */
function inRoom(board, values, clock) {
  const candidates = board.candidates.map((candidate) => {
    const { attempt } = candidate;
    if (attempt === null || isOver(attempt) || !(candidate.id in values)) return candidate;
    return { ...candidate, attempt: { ...attempt, ...clock(values[candidate.id]) } };
  });
  return { ...board, candidates };
}

const changes = {
  SessionOpened: (board, { at, facts }) =>
    withSession(board, { state: "open", opened_at: at, check_in_ends_at: facts.check_in_ends_at }),
  SessionChanged: (board, { facts: { room, rows, columns } }) => withSession(board, { room, rows, columns }),
  SessionCancelled: (board) => withSession(board, { state: "cancelled" }),
  SessionClosed: (board) => withSession(offDuty(board), { state: "closed", stopped: null }),
  SessionFinalised: (board) => withSession(board, { state: "finalised", stopped: null }),
  SessionResumed: (board) => withSession(board, { state: "closed" }),
  ResultsPublished: (board) => withSession(board, { state: "published" }),
  ResultsWithdrawn: (board) => withSession(board, { state: "closed" }),

  IncidentReported: (board) => withSession(board, { incidents: board.session.incidents + 1 }),
  IncidentWithdrawn: (board) => withSession(board, { incidents: board.session.incidents - 1 }),

  InvigilatorAdded: (board, { facts }) => withInvigilator(board, facts),
  DutyTaken: (board, { at, facts }) => onDuty(board, facts.to, at),
  DutyLeft: (board, { facts }) => onDuty(board, facts.from, null),
  DutyHandedOver: (board, { at, facts }) => onDuty(onDuty(board, facts.from, null), facts.to, at),

  FraudRequested: ofCandidate((candidate, { by: name, note }, { number, at, by }) =>
    isOver(candidate.attempt) ? candidate : { ...candidate, fraud: { request: number, at, by, name, note } },
  ),
  FraudConfirmed: ofCandidate(requestOver),
  FraudWithdrawn: ofCandidate(requestOver),
  FraudLapsed: ofCandidate(requestOver),

  CandidateUnregistered: (board, event) => ({ ...board, candidates: board.candidates.filter(({ id }) => id !== event.candidate) }),
  IdentityVerified: ofCandidate((candidate, { document, by }, { at }) => ({
    ...candidate,
    state: candidate.state === "admitted" ? "admitted" : "present",
    identity: { document, by, at },
  })),
  CandidateAbsent: ofCandidate((candidate) => ({ ...candidate, ...UNADMITTED, state: "absent" })),
  CandidateRefused: ofCandidate((candidate, { reason, note }) => ({ ...candidate, ...UNADMITTED, state: "refused", refused: { reason, note: note ?? "" } })),
  RefusalWithdrawn: ofCandidate((candidate) => ({ ...candidate, state: "registered", refused: null })),
  SeatGiven: ofCandidate((candidate, { row, column }) => ({ ...candidate, seat: { row, column } })),
  CandidateAdmitted: ofCandidate((candidate, { until }) => ({ ...candidate, state: "admitted", admitted_until: until ?? null, lapsed: false })),
  ExtraTimeSet: ofCandidate(extraTimeSet),
  AccommodationsSet: ofCandidate((candidate, { accommodations }) => ({ ...candidate, accommodations })),
  CandidateEntered: ofCandidate((candidate, _, { at }) => ({ ...candidate, presence: "online", last_sign: seen(candidate, at) })),
  ConnectionLost: ofCandidate((candidate) => ({ ...candidate, presence: "lost" })),
  ConnectionBack: ofCandidate((candidate, _, { at }) => ({ ...candidate, presence: "online", last_sign: seen(candidate, at) })),

  FocusReturned: ofCandidate((candidate, { ms }, { at }) => ({
    ...candidate,
    last_sign: seen(candidate, at),
    away: { times: (candidate.away?.times ?? 0) + 1, ms: (candidate.away?.ms ?? 0) + ms },
  })),

  AttemptStarted: ofCandidate((candidate, { deadline, allowed_ms: allowed }, { at }) =>
    candidate.attempt !== null
      ? candidate
      : {
          ...candidate,
          allowed_ms: allowed ?? candidate.allowed_ms,
          last_sign: seen(candidate, at),
          lapsed: false,
          worked_at: worked(candidate, at),
          attempt: { state: "in_progress", started_at: at, deadline, left_ms: null, answered: 0, ended_at: null, reason: null, until: null },
        },
  ),
  ResponseSaved: ofCandidate((candidate, { answered }, { at }) =>
    candidate.attempt === null
      ? candidate
      : {
          ...candidate,
          last_sign: seen(candidate, at),
          worked_at: worked(candidate, at),
          attempt: { ...candidate.attempt, answered: Math.max(candidate.attempt.answered, answered) },
        },
  ),
  Drafted: ofCandidate((candidate, _, { at }) => ({ ...candidate, last_sign: seen(candidate, at), worked_at: worked(candidate, at) })),
  AttemptPaused: ofAttempt((_, { reason, left_ms: left, until }) => ({
    state: "paused",
    deadline: null,
    left_ms: left,
    reason: reason ?? null,
    until: until ?? null,
  })),
  AttemptResumed: ofCandidate((candidate, { deadline }, { at }) => {
    const { attempt } = candidate;
    if (attempt === null || isOver(attempt)) return candidate;
    const running = { ...attempt, state: "in_progress", reason: null, until: null, ...clockOf(attempt, { deadline }) };
    return { ...candidate, worked_at: worked(candidate, at), attempt: running };
  }),
  TimeExtended: (board, event) =>
    event.candidate === null
      ? { ...board, candidates: board.candidates.map((candidate) => extended(candidate, event.facts)) }
      : ofCandidate(extended)(board, event),
  HelpCallMade: ofCandidate((candidate, { kind, left_ms: left }, { number, at }) =>
    clocked({ ...candidate, help: { call: number, kind, state: "open", at, by: null } }, { left_ms: left }),
  ),
  HelpCallAnswered: ofCandidate((candidate, { call, by }) =>
    candidate.help?.call === call ? { ...candidate, help: { ...candidate.help, state: "answered", by } } : candidate,
  ),
  HelpCallResolved: ofCandidate(callOver),
  HelpCallWithdrawn: ofCandidate(callOver),
  ItemReplaced: (board) => board,
  AttemptCompleted: end("completed", (_, { at }) => at),
  TimeRanOut: end("timed_out", ({ deadline }, { at }) => deadline ?? at),
  AttemptTerminated: end("terminated", (_, { at }) => at),

  RoomPaused: (board, { at, facts }) =>
    inRoom(withSession(board, { stopped: { since: at, reason: facts.reason ?? null } }), facts.left ?? {}, (left) => ({
      deadline: null,
      left_ms: left,
    })),
  RoomResumed: (board, { at, facts }) =>
    inRoom(workingFrom(withSession(board, { stopped: null }), at), facts.deadlines ?? {}, (deadline) => ({ deadline, left_ms: null })),
};

/** The kinds that this board understands; the others only advance its number. */
export const KINDS = Object.freeze(Object.keys(changes));
