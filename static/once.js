// A double click asks once. Another poster may still be chosen meanwhile.

import { around } from "./parts.js";

const ASKS = "form:is([action='/recommendations'], [action='/compare']) button";

document.addEventListener("click", (event) => {
  if (event.detail > 1 && around(event, ASKS)) event.preventDefault();
});
