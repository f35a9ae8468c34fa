// Several posters, each asked about on its own, one after another: their rows come as they are read.

import { acceptDrops, filesWithin } from "./drop.js";
import { around, filled, part, partAs, parts, words } from "./parts.js";
import { hindrance, opened, sendable } from "./photograph.js";
import { sentenceOf } from "./refusal.js";

const PICTURE = /\.(jpe?g|jfif|png|webp|gif|avif|tiff?|bmp|hei[cf])$/i;
const PATIENCE = 10; // seconds to wait where a refusal does not say how many

/** @type {HTMLElement | null} */
const opening = document.querySelector("[data-batch]");
if (opening) wire(opening);

/** @param {HTMLElement} opening */
function wire(opening) {
  const say = words(opening);
  const table = part(document, "[data-table]");
  const rows = part(table, "[data-rows]");
  const going = part(table, "[data-going]");
  const bar = partAs(HTMLProgressElement, going, "progress");
  const state = part(table, "[data-state]");
  const counted = part(table, "[data-counted]");
  const files = partAs(HTMLInputElement, opening, "#poster");
  const folder = partAs(HTMLInputElement, opening, "#folder");
  /** @type {File[]} */
  let waiting = [];
  let [done, count, busy, stopped] = [rows.childElementCount, rows.childElementCount, false, false];

  files.addEventListener("change", () => add([...(files.files ?? [])]));
  folder.addEventListener("change", () => add(pictures([...(folder.files ?? [])])));
  acceptDrops(async (_, data) => {
    const { found, folders } = await filesWithin(data, isPicture);
    add(folders ? pictures(found) : found);
  });
  part(going, "[data-stop]").addEventListener("click", () => {
    waiting = [];
    stopped = true;
  });
  // A page left loses the posters that wait: what the table leads to opens beside it meanwhile.
  window.addEventListener("beforeunload", (event) => busy && event.preventDefault());
  table.addEventListener("click", (event) => {
    around(event, "a, form")?.setAttribute("target", busy ? "_blank" : "_self");
  });

  /** @param {File[]} found */
  function pictures(found) {
    const shown = found.filter(({ name }) => isPicture(name));
    shown.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
    if (!shown.length) refuse(say.sayNone);
    return shown;
  }

  /** @param {File[]} more */
  function add(more) {
    if (!more.length) return;
    // Of what was stopped only the row on its way still comes.
    if (busy && stopped) [count, stopped] = [done + 1, false];
    forgetLost(more);
    const room = Math.max(Number(say.most) - count, 0);
    const many = room ? filled(say.sayMany, { most: room }) : say.sayFull;
    refuse(more.length > room ? many : "");
    const taken = more.slice(0, room);
    count += taken.length;
    waiting.push(...taken);
    files.value = folder.value = "";
    if (!busy && taken.length) run();
  }

  // Rows of posters that never arrived go where these are chosen again, and others of them as far
  // as room is short: they take none from posters that are chosen after them.
  /** @param {File[]} more */
  function forgetLost(more) {
    const names = new Set(more.map(({ name }) => name));
    const again = (/** @type {HTMLElement} */ row) => names.has(part(row, "th").textContent ?? "");
    const isShort = () => count + more.length > Number(say.most);
    for (const goes of [again, isShort]) {
      for (const row of parts(rows, "[data-lost]")) {
        if (!goes(row)) continue;
        row.remove();
        done -= 1;
        count -= 1;
      }
    }
  }

  async function run() {
    [busy, stopped] = [true, false];
    table.hidden = going.hidden = false;
    part(table, "h2").focus({ preventScroll: true });
    table.scrollIntoView({ block: "start" });
    tell(say.sayProgress);
    for (let file = waiting.shift(); file; file = waiting.shift()) {
      const found = await row(file);
      if (!found) break;
      rows.append(found);
      done += 1;
      lasting();
      tell(say.sayProgress);
    }
    busy = false;
    going.hidden = true;
    tell(done < count ? say.sayStopped : read() < done ? say.saySome : say.sayDone);
    count = done;
  }

  /** @param {string} says */
  function tell(says, seconds = 0) {
    bar.max = Math.max(count, 1);
    bar.value = done;
    state.textContent = filled(says, { done, count, seconds, read: read(), unread: done - read() });
  }

  // How many rows have an answer; the others say what is wrong with their files.
  function read() {
    return parts(rows, "[data-answer]").length;
  }

  // A file that fails is a row like any other; none is where somebody stopped meanwhile.
  /** @param {File} file @returns {Promise<Element | null>} */
  async function row(file) {
    const picture = await opened(file);
    const { sent } = await sendable(file, picture);
    picture?.close();
    const trouble = await hindrance(sent, picture, say);
    if (trouble) return failed(file.name, trouble, trouble === say.sayChanged);
    const page = await asked(new File([sent], file.name, { type: sent.type }));
    if (stopped && !page) return null;
    const note = page?.querySelector("[data-invented]");
    if (note && !table.querySelector("[data-invented]")) part(table, "table").before(note);
    const found = page?.querySelector("[data-rows] tr");
    if (found) return found;
    const refusal = page && sentenceOf(page);
    return failed(file.name, refusal || say.sayLost, !refusal);
  }

  // The page of a table of one poster; null where none came.
  /** @param {File} file @returns {Promise<Document | null>} */
  async function asked(file) {
    const body = new FormData();
    body.append("poster", file);
    try {
      const answer = await fetch("/batch", { method: "POST", body });
      if (answer.status === 429) {
        await pause(Number(answer.headers.get("retry-after")) || PATIENCE);
        return stopped ? null : await asked(file);
      }
      return new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      return null;
    }
  }

  // A wait is said once; its seconds are counted where no screen reader says each.
  /** @param {number} seconds */
  async function pause(seconds) {
    tell(say.sayWaiting, seconds);
    state.classList.add("unseen");
    for (let left = seconds; left > 0 && !stopped; left -= 1) {
      counted.textContent = filled(say.sayWaiting, { done, count, seconds: left });
      await new Promise((done) => setTimeout(done, 1000));
    }
    counted.textContent = "";
    state.classList.remove("unseen");
    tell(say.sayProgress);
  }

  // Where the table stands for good, and what goes into its file.
  function lasting() {
    const ids = [...rows.querySelectorAll("[data-answer]")].map((each) => [
      "poster",
      each.getAttribute("data-answer") ?? "",
    ]);
    const there = `/batch?${new URLSearchParams(ids)}`;
    partAs(HTMLAnchorElement, table, "[data-lasting]").href = there;
    history.replaceState(history.state, "", there);
  }

  /** @param {string} sentence */
  function refuse(sentence) {
    part(opening, ".refusal").textContent = sentence;
  }
}

/** @param {string} name */
function isPicture(name) {
  return PICTURE.test(name) && !name.startsWith(".");
}

// What is lost never arrived, and may be chosen again.
/** @param {string} name @param {string} trouble @param {boolean} lost */
function failed(name, trouble, lost) {
  const row = document.createElement("tr");
  row.toggleAttribute("data-lost", lost);
  row.setAttribute("role", "row");
  const head = Object.assign(document.createElement("th"), { scope: "row", textContent: name });
  head.setAttribute("role", "rowheader");
  for (const [field, value] of Object.entries({ poster: "", file: name, trouble })) {
    const input = Object.assign(document.createElement("input"), {
      type: "hidden",
      name: field,
      value,
    });
    input.setAttribute("form", "csv");
    head.append(input);
  }
  const cell = Object.assign(document.createElement("td"), { colSpan: 2, textContent: trouble });
  cell.className = "trouble";
  cell.setAttribute("role", "cell");
  row.append(head, cell);
  return row;
}
