// The film chosen on the map: its poster, its facts, and what to do with it.

import { facts, film } from "../films.js";
import { keepable, mark } from "../shortlist.js";

export class FilmPanel {
  constructor(figure) {
    this.say = figure.dataset;
    this.place = figure.querySelector("[data-film]");
    this.form = figure.querySelector("template");
    this.hint = [...this.place.childNodes];
    this.shown = null;
  }

  async show(id) {
    if (id === this.shown) return;
    this.shown = id;
    if (id === null) return this.place.replaceChildren(...this.hint);
    const found = await film(id);
    if (this.shown !== id) return;
    if (found) {
      this.place.replaceChildren(this.filled(found));
      mark();
    } else this.place.textContent = this.say.sayGone;
  }

  filled(found) {
    const panel = this.form.content.cloneNode(true);
    const part = (name) => panel.querySelector(`[data-${name}]`);
    part("picture").src = found.thumbnail_url;
    part("title").textContent = found.title;
    part("facts").textContent = facts(found, this.say);
    part("genres").textContent = found.genres.join(", ");
    part("sample").value = found.poster_id;
    if (found.imdb_url) part("imdb").href = found.imdb_url;
    else part("imdb").remove();
    part("name").textContent = found.title;
    panel.querySelector(".keep").dataset.keep = JSON.stringify(keepable(found));
    return panel;
  }
}
