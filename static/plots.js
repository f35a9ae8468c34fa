// Draws the page's figures with Plotly, fetched only once a figure comes near and the posters are in.

import { follow } from "./hovercard.js";

const PLOTLY = new URL("vendor/plotly.min.js", import.meta.url).href;
const CONFIG = {
  responsive: true,
  displaylogo: false,
  displayModeBar: true,
  modeBarButtons: [["toImage"]],
  scrollZoom: false,
  doubleClick: false,
};
const drawn = new Map();
const near = new IntersectionObserver(
  (entries) => {
    const come = entries.filter((entry) => entry.isIntersecting).map((entry) => entry.target);
    come.forEach((plot) => near.unobserve(plot));
    come.forEach(draw);
  },
  { rootMargin: "400px" },
);
const start = () => watch(document);
if (document.readyState === "complete") start();
else window.addEventListener("load", start, { once: true });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);

// Draws the figures within an element as they come near.
export function watch(element) {
  element.querySelectorAll("[data-plot]").forEach((plot) => near.observe(plot));
}

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

async function draw(plot) {
  const figure = JSON.parse(plot.querySelector("script").textContent);
  try {
    const [Plotly] = await Promise.all([load(), document.fonts.ready]);
    const { data, layout } = coloured(figure);
    const filename = `onesheet-${plot.dataset.plot}`;
    const config = { ...CONFIG, toImageButtonOptions: { filename, scale: 2 } };
    plot.querySelector(".waiting").remove();
    const canvas = plot.appendChild(document.createElement("div"));
    canvas.style.height = "100%";
    await Plotly.newPlot(canvas, data, layout, config);
    drawn.set(canvas, figure);
    plot.dataset.drawn = "";
    if (plot.dataset.plot === "scatter") follow(Plotly, canvas, plot);
  } catch {
    const waiting = plot.querySelector(".waiting");
    if (waiting) waiting.textContent = waiting.dataset.sayFailed;
  }
}

// Plotly knows no CSS variables, so a figure's var(--name) is looked up here.
function coloured(value) {
  const style = getComputedStyle(document.documentElement);
  return JSON.parse(JSON.stringify(value), (_, found) => {
    const name = typeof found === "string" && /^var\((--[\w-]+)\)$/.exec(found);
    return name ? style.getPropertyValue(name[1]).trim() : found;
  });
}

// Another figure, as JSON, for a plot that may be drawn already.
export function update(plot, json) {
  plot.querySelector("script").textContent = json;
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
