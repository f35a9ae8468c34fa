// Suggestions under the one input, as the WAI-ARIA combobox pattern has them: the focus stays in
// the text, arrows move the choice, Enter takes it, Escape puts the list away.

import { around, part, words } from "./parts.js";
import { reason } from "./refusal.js";
import { suggestions } from "./suggestions.js";

const PAUSE = 120; // milliseconds without a key before the server is asked

/** @param {HTMLFormElement} form @param {HTMLInputElement} input */
export function wireCombobox(form, input) {
  const list = part(form, "#matches");
  const says = part(form, ".understood");
  const reading = part(form, ".reading");
  let timer = 0;
  /** @type {string | null} */
  let asked = ""; // the text that was asked about last
  /** @type {string | null} */
  let told = ""; // the text that the list and the sentence are about
  let active = -1;

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  close();

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  input.addEventListener("keydown", press);
  input.addEventListener("blur", () => setTimeout(close, 0));
  input.addEventListener(
    "focus",
    () => list.children.length && input.value.trim() === told && open(),
  );
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the text
  list.addEventListener("click", (event) => take(around(event, "[role=option]")));
  return { ask, close, meaning };

  async function ask() {
    clearTimeout(timer);
    const text = input.value.trim();
    if (text === asked) return;
    asked = text;
    if (!text) return show({ says: words(form).sayHint, films: [] });
    try {
      const found = await suggestions(text);
      if (text === asked) show(found);
    } catch (error) {
      // Without suggestions the text can still be sent.
      if (text !== asked) return;
      asked = null; // so that it is asked about again
      show({ says: reason(error, words(form).sayHint), films: [] });
    }
  }

  // What was said of the text as it is. Of a title it was what Enter does, which is being done.
  function meaning() {
    return input.value.trim() === told && !list.children.length ? says.textContent : "";
  }

  /** @param {Suggestions} answer */
  function show({ says: sentence, films }) {
    mark(-1);
    told = asked;
    list.replaceChildren(...films.map(option));
    says.textContent = sentence;
    if (films.length && document.activeElement === input) open();
    else close();
  }

  /** @param {SuggestedFilm} film @param {number} place */
  function option(film, place) {
    const item = document.createElement("li");
    item.id = `match-${place}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.dataset.sample = String(film.sample);
    const picture = new Image(28, 42);
    picture.src = film.thumbnail_url;
    picture.alt = "";
    const title = document.createElement("b");
    title.textContent = film.title;
    const year = document.createElement("span");
    year.className = "soft";
    year.textContent = String(film.year ?? "");
    item.append(picture, title, " ", year);
    return item;
  }

  /** @param {KeyboardEvent} event */
  function press(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!list.children.length) return;
      event.preventDefault();
      if (list.hidden) open();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      take(part(list, "[aria-selected=true]"));
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    }
  }

  // Beyond either end of the list lies the text itself.
  /** @param {number} step */
  function move(step) {
    const places = list.children.length + 1;
    mark(((active + 1 + step + places) % places) - 1);
  }

  /** @param {number} place */
  function mark(place) {
    list.children[active]?.setAttribute("aria-selected", "false");
    active = place;
    const chosen = list.children[active];
    chosen?.setAttribute("aria-selected", "true");
    chosen?.scrollIntoView({ block: "nearest" });
    if (chosen) input.setAttribute("aria-activedescendant", chosen.id);
    else input.removeAttribute("aria-activedescendant");
  }

  function open() {
    if (!reading.hidden) return; // a search is on its way
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  }

  function close() {
    mark(-1);
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
  }

  /** @param {HTMLElement | null} chosen */
  function take(chosen) {
    if (!chosen) return;
    input.value = part(chosen, "b").textContent;
    says.textContent = chosen.textContent;
    const sample = document.createElement("input");
    sample.type = "hidden";
    sample.name = "sample";
    sample.value = words(chosen).sample;
    form.append(sample);
    form.requestSubmit();
    sample.remove();
  }
}
