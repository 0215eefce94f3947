// Settles in which tab of this browser the test goes on, when it is open in several.

const NAME = "passation.exam";
// A tab that is being loaded again still has its place for a moment.
const DECIDES_WITHIN = 400;

/** By a lock of the browser's own: whoever has it is live, and a tab that is closed or crashes lets go of it. */
function byLock({ locks, become, notYet }) {
  let wish = 0;
  let letGo = () => {};
  function ask(options) {
    wish += 1;
    const mine = wish;
    const held = () => {
      if (mine !== wish) return undefined;
      become("live");
      return new Promise((done) => {
        letGo = done;
      });
    };
    locks.request(NAME, options, held).catch(() => {
      // Another tab took it. When that one goes, this one is next.
      if (mine !== wish) return;
      become("elsewhere");
      ask({});
    });
  }
  ask({});
  notYet(() => become("elsewhere"));
  return {
    take: () => ask({ steal: true }),
    leave() {
      wish += 1;
      letGo();
    },
  };
}

/** Of two claims the later one counts; of two at once the lower number's. */
const beats = (one, other) => one.round > other.round || (one.round === other.round && one.id < other.id);

/** By what the tabs say to each other, where there are no locks (plain http). */
function byChannel({ Channel, id, become, notYet }) {
  const channel = new Channel(NAME);
  let standing = "deciding";
  let round = 0;
  let highest = 0;
  const tell = (type) => channel.postMessage({ type, id, round });
  function stand(next) {
    standing = next;
    become(next);
  }
  function claim() {
    round = highest + 1;
    stand("live");
  }
  function decide() {
    standing = "deciding";
    round = 0;
    tell("here");
    notYet(() => standing === "deciding" && claim());
  }
  channel.onmessage = ({ data }) => {
    highest = Math.max(highest, data.round);
    if (data.type === "left") {
      if (standing === "elsewhere") decide();
    } else if (standing === "live" || (standing === "deciding" && (data.type !== "here" || id < data.id))) {
      if (data.type !== "here" && beats(data, { round, id })) stand("elsewhere");
      else tell("live");
    }
  };
  decide();
  return {
    take() {
      claim();
      tell("live");
    },
    leave() {
      if (standing !== "elsewhere") tell("left");
      channel.close();
    },
  };
}

/**
 * onStanding(standing) hears "live" (the test goes on here) or "elsewhere" each time it changes. take() makes this tab
 * the live one. A browser with neither locks nor channels cannot tell: every tab is live, and the server stays in order.
 */
export function createTabs({ locks, Channel, id, timers, onStanding }) {
  let standing = "deciding";
  const become = (next) => {
    if (next === standing) return;
    standing = next;
    onStanding(next);
  };
  const notYet = (action) => timers.later(action, DECIDES_WITHIN);
  const undecided = (action) => notYet(() => standing === "deciding" && action());
  const nowhere = { take() {}, leave() {} };
  let way = nowhere;
  return {
    standing: () => standing,
    start() {
      if (locks) way = byLock({ locks, become, notYet: undecided });
      else if (Channel) way = byChannel({ Channel, id, become, notYet });
      else become("live");
    },
    take: () => way.take(),
    /** This page goes, or has no test any more: its place is free for whoever comes. */
    leave() {
      way.leave();
      way = nowhere;
    },
  };
}
