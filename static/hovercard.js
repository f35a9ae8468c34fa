// The scatter's hover card, and its part among the linked views: cards, scatter and map.

import { HoverCard } from "./card.js";
import * as linked from "./linked.js";

const LARGER = 10; // pixels that the film lit is larger by

/** @param {PlotlyLibrary} Plotly @param {PlotlyCanvas} canvas @param {HTMLElement} plot */
export function follow(Plotly, canvas, plot) {
  const card = new HoverCard(plot);
  /** @type {WeakMap<object, number>} */
  const plain = new WeakMap(); // sizes by traces, of which another figure brings others
  /** @type {number | null} */
  let enlarged = null;
  let own = false; // a point under the pointer itself stays as it is: redrawing it ends its hover
  canvas.on("plotly_hover", ({ points: [point] }) => {
    const [id, title, facts, picture, place] = point.customdata;
    own = true;
    card.show({ title, facts, picture, place }, ...pixel(point));
    linked.point(id);
  });
  canvas.on("plotly_unhover", () => {
    card.hide();
    linked.point(null);
    own = false;
    const { lit } = linked.state();
    if (lit !== enlarged) enlarge(lit); // another was chosen meanwhile
  });
  canvas.on("plotly_click", ({ points: [point] }) => linked.choose(point.customdata[0]));
  linked.listen(({ lit }) => own || enlarge(lit));

  /** @param {number | null} id */
  function enlarge(id) {
    enlarged = id;
    const sizes = canvas.data.map((trace) => {
      const size = plain.get(trace) ?? trace.marker.size;
      plain.set(trace, size);
      return trace.customdata.map(([each]) => size + (each === id ? LARGER : 0));
    });
    Plotly.restyle(canvas, { "marker.size": sizes }, [...sizes.keys()]);
  }
}

/** @param {PlotlyPoint} point @returns {Place} */
function pixel({ xaxis, yaxis, x, y }) {
  return [xaxis._offset + xaxis.d2p(x), yaxis._offset + yaxis.d2p(y)];
}
