// The scatter's own hover card with the small poster, and its link to the five cards above.

const GAP = 14;
const PLAIN = 24;
const LIT = 34;

export function follow(Plotly, canvas, plot) {
  const card = plot.appendChild(document.createElement("div"));
  card.className = "card";
  card.hidden = true;
  canvas.on("plotly_hover", ({ points: [point] }) => {
    const [id] = point.customdata;
    fill(card, point.customdata);
    place(card, plot, point);
    light(id);
  });
  canvas.on("plotly_unhover", () => {
    card.hidden = true;
    light(null);
  });
  for (const film of document.querySelectorAll(".film[data-poster]")) {
    film.addEventListener("pointerenter", () => enlarge(film.dataset.poster));
    film.addEventListener("focusin", () => enlarge(film.dataset.poster));
    film.addEventListener("pointerleave", () => enlarge(null));
    film.addEventListener("focusout", () => enlarge(null));
  }

  function enlarge(id) {
    const trace = canvas.data.findIndex((each) => each.name === "The results");
    if (trace < 0) return;
    const sizes = canvas.data[trace].customdata.map(([each]) => (String(each) === id ? LIT : PLAIN));
    Plotly.restyle(canvas, { "marker.size": [sizes] }, [trace]);
  }
}

function fill(card, [, title, facts, picture, place]) {
  const image = new Image();
  image.src = picture;
  image.alt = "";
  const words = document.createElement("div");
  const name = document.createElement("b");
  name.textContent = place ? `${place} · ${title}` : title;
  words.append(name, facts);
  card.replaceChildren(image, words);
  card.hidden = false;
}

function place(card, plot, { xaxis, yaxis, x, y }) {
  const across = xaxis._offset + xaxis.d2p(x);
  const down = yaxis._offset + yaxis.d2p(y);
  const right = across + GAP + card.offsetWidth <= plot.clientWidth;
  const left = right ? across + GAP : Math.max(0, across - GAP - card.offsetWidth);
  const top = Math.min(Math.max(0, down - card.offsetHeight / 2), plot.clientHeight - card.offsetHeight);
  card.style.left = `${left}px`;
  card.style.top = `${top}px`;
}

function light(id) {
  for (const film of document.querySelectorAll(".film[data-poster]")) {
    film.classList.toggle("lit", film.dataset.poster === String(id));
  }
}
