// The scatter's hover card, and its part among the linked views: cards, scatter and map.

import { HoverCard } from "./card.js";
import * as linked from "./linked.js";

const LARGER = 10; // pixels that the film lit is larger by

/** @param {PlotlyLibrary} Plotly @param {PlotlyCanvas} canvas @param {HTMLElement} plot */
export function follow(Plotly, canvas, plot) {
  const card = new HoverCard(plot);
  const plain = canvas.data.map(({ marker }) => marker.size);
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
  });
  canvas.on("plotly_click", ({ points: [point] }) => linked.choose(point.customdata[0]));
  linked.listen(({ lit }) => own || enlarge(lit));

  /** @param {number | null} id */
  function enlarge(id) {
    const traces = [...canvas.data.keys()];
    const sizes = traces.map((trace) =>
      canvas.data[trace].customdata.map(([each]) => plain[trace] + (each === id ? LARGER : 0)),
    );
    Plotly.restyle(canvas, { "marker.size": sizes }, traces);
  }
}

/** @param {PlotlyPoint} point @returns {Place} */
function pixel({ xaxis, yaxis, x, y }) {
  return [xaxis._offset + xaxis.d2p(x), yaxis._offset + yaxis.d2p(y)];
}
