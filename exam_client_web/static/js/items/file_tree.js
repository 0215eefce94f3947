// Files to tidy: what is sent is the list of acts.

import { buildSimulator } from "../simulators/acts.js";
import { NAME } from "../simulators/file_tree.js";

export { contentOf, missing, unfinished } from "../simulators/acts.js";

export function build(container, item, draft, onChange, text) {
  buildSimulator(NAME, container, item, draft, onChange, text);
}
