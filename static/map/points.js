// The file of points as typed arrays; onesheet/poster_map/points_file.py tells its format.

export const UNRATED = 255;
const FENCE = 1.5; // times the middle half's width, beyond which points lie apart (Tukey's fences)

/** @param {string} address */
export async function fetchPoints(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(answer.statusText);
  return read(await answer.arrayBuffer());
}

/** @param {ArrayBuffer} buffer @returns {Points} */
export function read(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  let at = 4 + length;
  /**
   * @template T
   * @param {new (buffer: ArrayBuffer, at: number, count: number) => T & ArrayBufferView} Type
   */
  const column = (Type) => {
    const found = new Type(buffer, at, header.count);
    at += found.byteLength;
    return found;
  };
  const points = {
    count: header.count,
    side: header.side,
    genreNames: header.genres, // commonest first: the highest bit of a film is its rarest genre
    ids: column(Uint32Array),
    genres: column(Uint32Array),
    x: column(Uint16Array),
    y: column(Uint16Array),
    years: column(Uint16Array),
    ratings: column(Uint8Array),
  };
  for (let row = 1; row < points.count; row++) points.ids[row] += points.ids[row - 1];
  return points;
}

// [left, top, right, bottom] of the box around all points but those that lie apart from the others.
/** @param {Points} points @returns {Box} */
export function middle({ x, y }) {
  const [left, right] = within(x);
  const [top, bottom] = within(y);
  return [left, top, right, bottom];
}

// The least and the greatest value within the fences.
/** @param {Uint16Array} values @returns {[number, number]} */
function within(values) {
  const sorted = values.slice().sort();
  /** @param {number} share */
  const at = (share) => sorted[Math.floor(share * (sorted.length - 1))];
  const beyond = FENCE * (at(0.75) - at(0.25));
  const low = sorted.findIndex((value) => value >= at(0.25) - beyond);
  const high = sorted.findLastIndex((value) => value <= at(0.75) + beyond);
  return [sorted[low], sorted[high]];
}

// The row of a poster, or -1: ids ascend.
/** @param {Points} points @param {number} id */
export function rowOf(points, id) {
  let low = 0;
  let high = points.count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points.ids[middle] < id) low = middle + 1;
    else high = middle;
  }
  return points.ids[low] === id ? low : -1;
}
