// The film chosen on the map: its poster, its facts, and what to do with it.

import { mark } from "../collections.js";
import { facts, film } from "../films.js";
import { part, partAs, words } from "../parts.js";

export class FilmPanel {
  /** @param {HTMLElement} figure */
  constructor(figure) {
    this.say = words(figure);
    this.place = part(figure, "[data-film]");
    this.form = partAs(HTMLTemplateElement, figure, "template");
    this.hint = [...this.place.childNodes];
    /** @type {number | null} */
    this.shown = null;
  }

  // `again`: also where it is shown already, as what did not arrive may by now.
  /** @param {number | null} id */
  async show(id, again = false) {
    if (id === this.shown && !again) return;
    this.shown = id;
    if (id === null) {
      this.place.replaceChildren(...this.hint);
      return;
    }
    const found = await film(id);
    if (this.shown !== id) return;
    if (found) {
      this.place.replaceChildren(this.filled(found));
      mark();
    } else this.place.textContent = this.say.sayGone;
  }

  /** @param {Film} found */
  filled(found) {
    const panel = /** @type {DocumentFragment} */ (this.form.content.cloneNode(true));
    partAs(HTMLImageElement, panel, "[data-picture]").src = found.thumbnail_url;
    part(panel, "[data-title]").textContent = found.title;
    part(panel, "[data-facts]").textContent = facts(found, this.say);
    part(panel, "[data-genres]").textContent = found.genres.join(", ");
    /** @type {HTMLButtonElement | null} */
    const more = panel.querySelector("[name=sample]"); // none where the server only shows
    if (more) more.value = String(found.poster_id);
    const link = partAs(HTMLAnchorElement, panel, "[data-imdb]");
    if (found.imdb_url) link.href = found.imdb_url;
    else link.remove();
    part(panel, "[data-name]").textContent = found.title;
    part(panel, ".keep").dataset.keep = JSON.stringify(found);
    return panel;
  }
}
