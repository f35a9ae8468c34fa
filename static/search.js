// The one input. A poster chosen, dropped or pasted is sent at once, with a look at it meanwhile;
// several at once are drafts to compare; a text is told what it means before it is sent.

import { wireCombobox } from "./combobox.js";
import { acceptDrops, holdsFolder } from "./drop.js";
import { filled, part, partAs, pen, words } from "./parts.js";
import { acceptPastes } from "./paste.js";
import { allSendable, hindrance, opened, sendable } from "./photograph.js";
import { carried, send } from "./several.js";

/** @type {HTMLFormElement | null} */
const form = document.querySelector("[data-search]");
/** @type {HTMLFormElement | null} */
const wall = document.querySelector("[data-wall]");
if (form) wire(form);
if (wall) wireWall(wall, form);

/** @param {HTMLFormElement} form */
function wire(form) {
  const file = partAs(HTMLInputElement, form, "[name=poster]");
  const text = partAs(HTMLInputElement, form, "[name=q]");
  const say = words(form);
  const what = part(form, "[data-what]");
  const reading = part(form, ".reading");
  const look = partAs(HTMLCanvasElement, reading, "canvas");
  let asked = 0; // counts what is made ready: only the latest is sent
  let leaving = false; // a search is on its way
  const combobox = wireCombobox(form, text);
  file.addEventListener("change", () => file.files?.length && takeFiles(file.files));
  form.addEventListener("submit", (event) => {
    if (leaving) return event.preventDefault(); // it was pressed twice
    if (!file.files?.length && !text.value.trim()) {
      event.preventDefault();
      refuse(say.sayNothing);
      text.focus();
      return;
    }
    leaving = true;
    combobox.close();
    showReading();
  });
  part(reading, "[data-cancel]").addEventListener("click", cancel);
  // Coming back by the browser's own button finds what was sent: it goes. Where the page is loaded
  // anew, its file is chosen again, unseen, and would be sent in the place of a title. On a page that
  // is new it was chosen before this script came.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) {
      leaving = false;
      reset();
    } else if (!leaving && !asked && file.files?.length) {
      if (isNew()) takeFiles(file.files);
      else file.value = "";
    }
  });
  acceptDrops(takeFiles, takeText);
  acceptPastes(text, takeFiles, takeText);

  /** @param {FileList} files @param {DataTransfer} [data] that was dropped */
  function takeFiles(files, data) {
    callBack();
    text.value = "";
    combobox.close();
    if (data && holdsFolder(data)) refuseFiles(say.sayFolder);
    else if (files.length > 1) sendDrafts([...files]);
    else sendOne(files[0]);
  }

  /** @param {File[]} drafts */
  async function sendDrafts(drafts) {
    const keep = partAs(HTMLInputElement, form, "[name=keep]");
    if (keep.disabled) return refuseFiles(say.sayKeptNowhere); // nothing is ever kept
    if (drafts.length > Number(form.dataset.mostDrafts)) return refuseFiles(say.sayMany);
    showReading();
    const turn = asked;
    what.textContent = filled(say.sayDrafts, { count: drafts.length });
    const first = await opened(drafts[0]);
    if (first && turn === asked) preview(first, look);
    first?.close();
    const { ready, trouble } = await allSendable(drafts, say);
    if (turn !== asked) return;
    if (trouble) return refuseFiles(trouble);
    leaving = true;
    send("/compare", ready, keep.checked);
  }

  /** @param {string} words */
  function takeText(words) {
    text.value = words;
    text.focus();
    combobox.ask();
  }

  /** @param {File} chosen */
  async function sendOne(chosen) {
    showReading();
    const turn = asked;
    const picture = await opened(chosen);
    if (picture && turn === asked) preview(picture, look);
    const { sent, smaller } = await sendable(chosen, picture);
    if (turn === asked) describe(sent, picture, smaller);
    picture?.close();
    const trouble = await hindrance(sent, picture, say);
    if (turn !== asked) return;
    if (trouble) return refuseFiles(trouble);
    file.files = carried([sent]);
    form.requestSubmit();
  }

  /** @param {File} sent @param {ImageBitmap | null} picture @param {boolean} smaller */
  function describe(sent, picture, smaller) {
    if (!picture) return;
    const says = smaller ? say.saySmaller : say.sayPoster;
    const { width, height } = picture;
    what.textContent = filled(says, { name: sent.name, width, height });
  }

  /** @param {string} sentence */
  function refuseFiles(sentence) {
    reset();
    refuse(sentence);
  }

  /** @param {string} sentence */
  function refuse(sentence) {
    part(form, ".refusal").textContent = sentence;
  }

  function showReading() {
    refuse("");
    reading.hidden = false;
    if (text.value.trim()) what.textContent = combobox.meaning();
  }

  // What is on its way is called back. The text stays, to be sent again or mended.
  function cancel() {
    callBack();
    hideReading();
    text.focus();
  }

  function callBack() {
    asked += 1;
    if (leaving) window.stop();
    leaving = false;
  }

  function hideReading() {
    file.value = "";
    reading.hidden = true;
    look.hidden = true;
    what.textContent = "";
  }

  // Only what was to be sent goes; the choices beside it, as not to keep it, stay.
  function reset() {
    text.value = text.defaultValue;
    hideReading();
    combobox.ask();
  }
}

// Neither loaded again nor come back to.
function isNew() {
  const [way] = performance.getEntriesByType("navigation");
  return way instanceof PerformanceNavigationTiming && way.type === "navigate";
}

/** @param {ImageBitmap} picture @param {HTMLCanvasElement} canvas */
function preview(picture, canvas) {
  canvas.height = Math.min(336, picture.height);
  canvas.width = Math.round((picture.width * canvas.height) / picture.height);
  const paper = pen(canvas);
  paper.imageSmoothingQuality = "high";
  paper.drawImage(picture, 0, 0, canvas.width, canvas.height);
  canvas.hidden = false;
}

/** @param {HTMLElement} wall @param {HTMLFormElement | null} search */
function wireWall(wall, search) {
  const posters = part(wall, ".wall");
  wall.addEventListener("submit", (event) => {
    if (search) carryChoices(search, wall); // a page of films carries its own
    event.submitter?.setAttribute("aria-busy", "true");
    event.submitter?.closest("li")?.classList.add("picked");
    posters.classList.add("leaving");
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return; // a first one comes late, with the last poster
    posters.classList.remove("leaving");
    for (const item of posters.querySelectorAll(".picked")) {
      item.classList.remove("picked");
      item.firstElementChild?.removeAttribute("aria-busy");
    }
  });
}

// The distance and the films chosen hold for the posters of the wall as well.
/** @param {HTMLFormElement} search @param {HTMLElement} wall */
function carryChoices(search, wall) {
  for (const carried of wall.querySelectorAll("input[type=hidden]")) carried.remove();
  for (const name of ["metric", "restrict"]) {
    const value = new FormData(search).get(name);
    if (!value) continue;
    const carried = Object.assign(document.createElement("input"), { type: "hidden", name, value });
    wall.append(carried);
  }
}
