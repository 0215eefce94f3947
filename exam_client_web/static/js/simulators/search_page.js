// A search engine's result page as an element: the field, the filters, results, a document, what was marked.

import { element, inFrench, quoting } from "../lib/dom.js";
import { Simulator, button, define } from "./acts.js";
import { MAX_QUERY, apply, filtersOf, start } from "./search_page_state.js";
import { buildDocument, buildMarked, buildResults, countSentence, dayOf, marksOf } from "./search_views.js";

class SearchPage extends Simulator {
  shownPage = 1;

  start(item) {
    return start(item);
  }

  apply(state, act) {
    return apply(this.item, state, act);
  }

  documentOf(name) {
    return this.item.documents.find((one) => one.id === name);
  }

  draw() {
    if (!this.view) this.buildFrame();
    const { opened, filters } = this.state;
    for (const [name, select] of this.selects) select.value = filters[name];
    this.tools.hidden = opened !== null;
    const held = this.view.contains(document.activeElement) || this.marks.contains(document.activeElement);
    this.drawView();
    // What had the focus may be gone: then it goes on from the head of what is shown now.
    if (held) this.view.querySelector("[tabindex='-1']").focus();
  }

  drawView() {
    const { opened } = this.state;
    this.view.replaceChildren(opened === null ? buildResults(this) : buildDocument(this.documentOf(opened), this));
    this.marks.replaceChildren(...marksOf(this).map(([mark, , marked]) => buildMarked(mark, marked, this)));
  }

  buildFrame() {
    const { text } = this;
    this.field = element("input", { class: "input search__field", type: "search", maxlength: MAX_QUERY, autocomplete: "off", autocapitalize: "off", spellcheck: "false", "aria-label": text("search_field") });
    this.field.value = this.state.query;
    this.field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.ask();
    });
    const bar = element("div", { class: "sim__bar search__bar", role: "search" }, inFrench("p", { class: "search__engine" }, this.item.engine), this.field, button(text("search_go"), () => this.ask()));
    this.selects = new Map(filtersOf(this.item).map(([name, values]) => [name, this.buildFilter(name, values)]));
    this.tools = element("div", { class: "search__tools", role: "group", "aria-label": text("search_filters") });
    for (const [name, select] of this.selects) this.tools.append(element("label", { class: "search__filter" }, element("span", {}, text(`search_filter_${name}`)), select));
    if (this.item.today) this.tools.append(element("p", { class: "search__today" }, text("search_today", { day: dayOf(this.item.today) })));
    this.view = element("div", { class: "search__view" });
    this.marks = element("div", { class: "search__marks" });
    this.stage.append(bar, this.tools, this.view, this.marks);
  }

  buildFilter(name, values) {
    const select = element("select", { class: "input" });
    for (const value of values) select.append(element("option", { value }, this.text(`search_${name}_${value}`)));
    select.addEventListener("change", () => {
      this.shownPage = 1;
      this.perform("filter", name, select.value);
    });
    return select;
  }

  ask() {
    this.shownPage = 1;
    this.perform("query", this.field.value);
  }

  /** Words that were typed and not searched for: whoever validates now would think that they were. */
  unfinished() {
    const typed = this.field.value.trim();
    return typed === "" || typed === this.state.query.trim() ? null : "search_not_done";
  }

  /** Turning pages only looks: it is no act. */
  turnTo(number) {
    this.shownPage = number;
    this.drawView();
    this.view.querySelector("[data-key='count']").focus();
  }

  perform(verb, ...parts) {
    const left = this.state.opened;
    const done = super.perform(verb, ...parts);
    if (!done) return false;
    if (verb === "open") this.view.querySelector("[data-key='title']").focus();
    if (verb === "back") (this.view.querySelector(`[data-key='open ${left}']`) ?? this.view.querySelector("[data-key='count']")).focus();
    if (verb === "open" || verb === "back") this.scrollIntoView({ block: "nearest" });
    return true;
  }

  restarted() {
    this.shownPage = 1;
    this.field.value = this.state.query;
  }

  told([verb, first]) {
    if (verb === "query" || verb === "filter") return countSentence(this.state, this.text);
    if (verb === "back") return this.text("search_told_back");
    const { language, title } = this.documentOf(first);
    return quoting(this.text(`search_told_${verb}`), { what: element("span", { lang: language }, title) });
  }
}

define("passation-search-page", SearchPage);
