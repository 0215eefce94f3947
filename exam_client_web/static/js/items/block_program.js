// A program of blocks: what is sent is the program, never what its run here came to.

import "../simulators/block_program.js";

export { contentOf, missing } from "../simulators/block_program_editing.js";

export function build(container, item, draft, onChange, text) {
  const program = document.createElement("passation-block-program");
  container.append(program);
  program.begin(item, draft, text);
  program.addEventListener("program", (event) => onChange(event.detail));
}
