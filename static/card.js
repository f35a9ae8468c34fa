// The small card with a poster that follows the pointer over a plot or a map.

const GAP = 14;

export class HoverCard {
  /** @param {HTMLElement} plot */
  constructor(plot) {
    this.plot = plot;
    this.element = plot.appendChild(document.createElement("div"));
    this.element.className = "card";
    this.hide();
  }

  // x and y: the point told of, in CSS pixels within the plot.
  /** @param {CardFacts} told @param {number} x @param {number} y */
  show({ title, facts, picture, place }, x, y) {
    const image = new Image();
    image.src = picture;
    image.alt = "";
    const words = document.createElement("div");
    const name = document.createElement("b");
    name.textContent = place ? `${place} · ${title}` : title;
    words.append(name, facts);
    this.element.replaceChildren(image, words);
    this.element.hidden = false;
    this.moveTo(x, y);
  }

  /** @param {number} x @param {number} y */
  moveTo(x, y) {
    const { element, plot } = this;
    const right = x + GAP + element.offsetWidth <= plot.clientWidth;
    const left = right ? x + GAP : Math.max(0, x - GAP - element.offsetWidth);
    const lowest = plot.clientHeight - element.offsetHeight;
    element.style.left = `${left}px`;
    element.style.top = `${Math.max(0, Math.min(y - element.offsetHeight / 2, lowest))}px`;
  }

  hide() {
    this.element.hidden = true;
  }
}
