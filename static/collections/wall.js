// The films of a collection as a wall, each with what can be done with it.

import { filled, part, partAs, stars, words } from "../parts.js";
import { isGone } from "../refusal.js";
import { numbered } from "./link.js";

/**
 * @typedef {object} WallActs
 * @property {(film: KeptFilm, note: string) => void} note
 * @property {(film: KeptFilm, by: number) => void} shift
 * @property {(film: KeptFilm, to: string) => void} move
 * @property {(film: KeptFilm) => void} remove
 */

export class Wall {
  /** @param {HTMLElement} page @param {WallActs} acts */
  constructor(page, acts) {
    this.say = words(page);
    this.acts = acts;
    this.list = part(page, ".kept");
    this.item = partAs(HTMLTemplateElement, page, "[data-film-item]");
    this.search = partAs(HTMLTemplateElement, page, "[data-search-item]");
  }

  /** @param {FilmCollection} collection @param {SearchedPoster[]} searches @param {FilmCollection[]} others */
  show({ films }, searches, others) {
    this.list.replaceChildren(
      ...searches.map((each) => this.searchItem(each)),
      ...films.map((film, place) => this.filmItem(film, place, films.length, others)),
    );
  }

  /** @param {SearchedPoster} searched */
  searchItem({ id, title, picture, width, height }) {
    const made = /** @type {DocumentFragment} */ (this.search.content.cloneNode(true));
    const link = partAs(HTMLAnchorElement, made, "a");
    hang(made, picture, width, height, filled(this.say.sayPoster, { title }));
    part(made, "b").textContent = title;
    link.href = `/r/${encodeURIComponent(id)}`;
    // An upload is deleted one day, and its answer with it.
    const print = part(made, ".print");
    part(print, "img").addEventListener("error", async () => {
      if (!(await isGone(picture))) return;
      print.remove();
      link.remove();
    });
    return made;
  }

  /** @param {KeptFilm} film @param {number} place @param {number} count @param {FilmCollection[]} others */
  filmItem(film, place, count, others) {
    const made = /** @type {DocumentFragment} */ (this.item.content.cloneNode(true));
    part(made, "li").dataset.poster = film.poster;
    const known = part(made, ".facts");
    const address = `/posters/${encodeURIComponent(film.poster)}-342.webp`;
    const text = filled(this.say.sayPoster, { title: film.title });
    hang(made, address, film.width, film.height, text);
    part(made, "b").textContent = film.title;
    known.textContent = facts(film);
    part(made, ".genres").textContent = film.genres.join(", ");
    /** @type {HTMLButtonElement | null} */
    const more = made.querySelector("[name=sample]"); // none where the server only shows
    if (more) {
      more.value = numbered(film);
      more.ariaLabel = filled(this.say.sayMore, { title: film.title });
    }
    part(made, "img").addEventListener("error", async () => {
      if (!(await isGone(address))) return;
      known.textContent = this.say.sayGone;
      more?.form?.remove();
    });
    const link = partAs(HTMLAnchorElement, made, "a");
    if (film.imdb_url) link.href = film.imdb_url;
    else link.remove();
    this.wireNote(made, film);
    this.wireOrder(made, film, place, count);
    this.wireMove(made, film, others);
    const remove = part(made, "[data-remove]");
    remove.ariaLabel = filled(this.say.sayRemove, { title: film.title });
    remove.addEventListener("click", () => this.acts.remove(film));
    return made;
  }

  /** @param {DocumentFragment} made @param {KeptFilm} film */
  wireNote(made, film) {
    const note = partAs(HTMLTextAreaElement, made, "textarea");
    note.value = film.note ?? "";
    note.ariaLabel = filled(this.say.sayNote, { title: film.title });
    note.addEventListener("input", () => this.acts.note(film, note.value));
  }

  /** @param {DocumentFragment} made @param {KeptFilm} film @param {number} place @param {number} count */
  wireOrder(made, film, place, count) {
    for (const [name, by, said, possible] of /** @type {const} */ ([
      ["[data-earlier]", -1, this.say.sayEarlier, place > 0],
      ["[data-later]", 1, this.say.sayLater, place < count - 1],
    ])) {
      const button = partAs(HTMLButtonElement, made, name);
      button.ariaLabel = filled(said, { title: film.title });
      button.disabled = !possible;
      button.addEventListener("click", () => {
        this.acts.shift(film, by);
        this.focus(film, name);
      });
    }
  }

  /** @param {DocumentFragment} made @param {KeptFilm} film @param {FilmCollection[]} others */
  wireMove(made, film, others) {
    const choice = partAs(HTMLSelectElement, made, "select");
    choice.hidden = !others.length;
    choice.ariaLabel = filled(this.say.sayMove, { title: film.title });
    choice.append(...others.map(({ id, name }) => new Option(name || this.say.first, id)));
    const move = part(made, "[data-move]");
    // Arrow keys change a choice that is closed: the button says that it was meant.
    choice.addEventListener("change", () => {
      move.hidden = !choice.value;
    });
    move.addEventListener("click", () => this.acts.move(film, choice.value));
  }

  // A button may be at the end of its way; the other one then takes the focus.
  /** @param {KeptFilm} film @param {string} name */
  focus(film, name) {
    const item = part(this.list, `[data-poster="${film.poster}"]`);
    const button = partAs(HTMLButtonElement, item, name);
    (button.disabled ? part(item, "button:not(:disabled)[data-order]") : button).focus();
  }
}

/** @param {DocumentFragment} made @param {string} address @param {number} width @param {number} height @param {string} text */
function hang(made, address, width, height, text) {
  const image = partAs(HTMLImageElement, made, "img");
  Object.assign(image, { src: address, width, height, alt: text });
  image.parentElement?.classList.toggle("tall", width * 3 < height * 2);
}

/** @param {KeptFilm} film */
function facts({ year, rating }) {
  return [year, rating === null ? null : stars(rating)].filter((each) => each !== null).join(" · ");
}
