// Films kept for later, in this browser only; any element with data-keep puts one in or takes it out.

const KEY = "onesheet-shortlist";

export function kept() {
  try {
    const films = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(films) ? films.filter((film) => film?.poster && film?.title) : [];
  } catch {
    return [];
  }
}

export function keep(films) {
  try {
    localStorage.setItem(KEY, JSON.stringify(films));
  } catch {
    // Without storage nothing is kept, and the buttons stay as they were.
  }
  mark();
}

// What is kept of a film that the server told of.
export function keepable({ poster_id, content_hash, ...film }) {
  const { width, height, imdb_id, imdb_url, title, year, rating, genres } = film;
  return { id: poster_id, poster: content_hash, width, height, imdb_id, imdb_url, title, year, rating, genres };
}

export function without(film) {
  return kept().filter((each) => each.poster !== film.poster);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-keep]");
  if (!button) return;
  const film = JSON.parse(button.dataset.keep);
  const others = without(film);
  keep(others.length < kept().length ? others : [...others, film]);
});
window.addEventListener("storage", (event) => event.key === KEY && mark());
window.addEventListener("pageshow", mark);
mark();

// Tells every button whether its film is kept; to be called where new buttons came.
export function mark() {
  const films = kept();
  const posters = new Set(films.map((film) => film.poster));
  for (const button of document.querySelectorAll("[data-keep]")) {
    button.ariaPressed = String(posters.has(JSON.parse(button.dataset.keep).poster));
  }
  for (const count of document.querySelectorAll("[data-kept-count]")) {
    count.textContent = films.length || "";
  }
  document.dispatchEvent(new CustomEvent("shortlist", { detail: films }));
}
