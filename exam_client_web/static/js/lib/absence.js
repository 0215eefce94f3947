// How long this page was left: a plain fact for the invigilator, told to the candidate before the start.

// Shorter than this is a slip of the hand.
export const LEAST = 1000;
// One report in so long; what is left in between is added up and told with the next one.
export const REPORT_EVERY = 5000;

/**
 * leave() and back() follow the page's events; they may repeat. `report(ms)` promises whether the fact has arrived;
 * one that has not is added to the next. `during()` says whether the test is under way.
 */
export function createAbsence({ report, during, clock, timers }) {
  let since = null;
  let waiting = 0;
  let toldAt = -Infinity;
  let timer = null;

  async function tell() {
    timer = null;
    const ms = Math.round(waiting);
    waiting = 0;
    toldAt = clock();
    if (!(await report(ms))) waiting += ms;
  }

  return {
    leave() {
      if (since === null && during()) since = clock();
    },
    back() {
      if (since === null) return;
      const ms = clock() - since;
      since = null;
      if (ms < LEAST || !during()) return;
      waiting += ms;
      if (timer === null) timer = timers.later(tell, Math.max(0, toldAt + REPORT_EVERY - clock()));
    },
  };
}

/** A question with files sends the candidate to other programs: being there is the work, not an absence. */
export const worksElsewhere = (item) => (item?.files?.length ?? 0) > 0;

/** Wires it to a page: hidden or without the focus is away; shown and with it is back. */
export function watchAbsence(page, absence) {
  const look = () => (page.visibilityState === "visible" && page.hasFocus() ? absence.back() : absence.leave());
  page.addEventListener("visibilitychange", look);
  page.defaultView.addEventListener("blur", look);
  page.defaultView.addEventListener("focus", look);
}
