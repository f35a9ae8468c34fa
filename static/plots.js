// Draws the page's figures with Plotly, fetched only once a figure comes near and the posters are in.

import { follow } from "./hovercard.js";
import { part, parts, whenNear, words } from "./parts.js";

const PLOTLY = new URL("vendor/plotly.min.js", import.meta.url).href;
const CONFIG = {
  responsive: true,
  displaylogo: false,
  displayModeBar: true,
  modeBarButtons: [["toImage"]],
  scrollZoom: false,
  doubleClick: false,
};
/** @type {Map<HTMLElement, PlotlyFigure>} */
const drawn = new Map();
const near = whenNear(draw);
const start = () => watch(document);
if (document.readyState === "complete") start();
else window.addEventListener("load", start, { once: true });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);

// Draws the figures within an element as they come near.
/** @param {ParentNode} element */
export function watch(element) {
  for (const plot of parts(element, "[data-plot]")) near.observe(plot);
}

/** @type {Promise<PlotlyLibrary> | undefined} */
let loading;
function load() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = PLOTLY;
    script.onload = () => resolve(window.Plotly);
    script.onerror = reject;
    document.head.append(script);
  });
  return loading;
}

/** @param {HTMLElement} plot */
async function draw(plot) {
  const script = part(plot, "script");
  try {
    const [Plotly] = await Promise.all([load(), document.fonts.ready]);
    const text = script.textContent; // as it is by now
    const figure = JSON.parse(text);
    const { data, layout } = coloured(figure);
    const filename = `onesheet-${plot.dataset.plot}`;
    const config = { ...CONFIG, toImageButtonOptions: { filename, scale: 2 } };
    part(plot, ".waiting").remove();
    const room = plot.appendChild(document.createElement("div"));
    room.style.height = "100%";
    const canvas = await Plotly.newPlot(room, data, layout, config);
    drawn.set(canvas, figure);
    if (script.textContent !== text) update(plot, script.textContent);
    plot.dataset.drawn = "";
    if (plot.dataset.plot === "scatter") follow(Plotly, canvas, plot);
  } catch {
    /** @type {HTMLElement | null} */
    const waiting = plot.querySelector(".waiting");
    if (waiting) waiting.textContent = words(waiting).sayFailed;
  }
}

// Plotly knows no CSS variables, so a figure's var(--name) is looked up here.
/** @param {PlotlyFigure} value @returns {PlotlyFigure} */
function coloured(value) {
  const style = getComputedStyle(document.documentElement);
  return JSON.parse(JSON.stringify(value), (_, found) => {
    const name = typeof found === "string" && /^var\((--[\w-]+)\)$/.exec(found);
    return name ? style.getPropertyValue(name[1]).trim() : found;
  });
}

// Another figure, as JSON, for a plot that may be drawn already.
/** @param {HTMLElement} plot @param {string} json */
export function update(plot, json) {
  part(plot, "script").textContent = json;
  for (const canvas of drawn.keys()) {
    if (!plot.contains(canvas)) continue;
    drawn.set(canvas, JSON.parse(json));
    redraw();
  }
}

function redraw() {
  for (const [canvas, figure] of drawn) {
    if (!canvas.isConnected) {
      drawn.delete(canvas);
      continue;
    }
    const { data, layout } = coloured(figure);
    window.Plotly.react(canvas, data, layout);
  }
}
