// A collection as the server takes it: in a link's address, and in a form that asks for a file.

const CHECK = 6; // digits of a poster's hash, so that a number given anew is found out

// A poster's number, and the beginning of its hash.
/** @param {KeptFilm} film */
export function numbered({ id, poster }) {
  return `${id}-${poster.slice(0, CHECK)}`;
}

// The posters that films were found by, each once, as many as a page shows.
/** @param {FilmCollection} collection @param {number} most */
export function searchesOf({ films }, most = Infinity) {
  const found = new Map(films.flatMap(({ search }) => (search ? [[search.id, search]] : [])));
  return [...found.values()].slice(0, most);
}

/**
 * @param {FilmCollection} collection @param {string} name
 * @param {{films: number, searches: number}} most
 */
export function fieldsOf(collection, name, most) {
  const fields = new URLSearchParams({ name });
  if (collection.note) fields.append("note", collection.note);
  const searches = collection.searches ? searchesOf(collection, most.searches) : [];
  const found = searches.map(({ id }) => id);
  for (const id of found) fields.append("search", id);
  for (const film of collection.films.slice(0, most.films)) {
    const place = found.indexOf(film.search?.id ?? "");
    const by = place < 0 ? "" : `.${place}`;
    fields.append("film", `${numbered(film)}${by} ${film.note ?? ""}`.trimEnd());
  }
  return fields;
}
