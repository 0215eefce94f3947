// A simulated panel of settings.

import { buildSimulator, contentOf, missing, unfinished } from "../simulators/acts.js";
import "../simulators/settings_panel.js";

export { contentOf, missing, unfinished };

export function build(container, item, draft, onChange, text) {
  buildSimulator("passation-settings-panel", container, item, draft, onChange, text);
}
