// A poster as the browser reads it, and large photographs made smaller before they are sent.

import { filled, pen } from "./parts.js";

const LONGEST = 2000; // pixels; the server keeps 750 and the model reads fewer
const HEAVY = 4 * 2 ** 20; // bytes
const QUALITY = 0.9;
const TIFF = ["II*\0", "II+\0", "MM\0*", "MM\0+"]; // by either order of bytes, to 4 GB and above

// The picture upright, or null where this browser cannot read it; the server then says why.
/** @param {File} file */
export async function opened(file) {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return null;
  }
}

// What to send: the file itself, or a smaller copy of a large one, without the camera's notes.
// Small files go as they are, so that a catalogue's own poster is known by its bytes.
/** @param {File} file @param {ImageBitmap | null} picture */
export async function sendable(file, picture) {
  const longer = picture ? Math.max(picture.width, picture.height) : 0;
  if (!picture || (longer <= LONGEST && file.size <= HEAVY)) return { sent: file, smaller: false };
  const copy = await scaled(picture, Math.min(1, LONGEST / longer));
  if (!copy || copy.size >= file.size) return { sent: file, smaller: false };
  const name = `${file.name.replace(/\.\w+$/, "")}.jpg`;
  return { sent: new File([copy], name, { type: copy.type }), smaller: true };
}

// Several, one after another: a large photograph takes much memory while it is open. None is ready
// where one cannot be sent.
/**
 * @param {File[]} files @param {Record<string, string>} says
 * @returns {Promise<{ready: File[], trouble: string}>}
 */
export async function allSendable(files, says) {
  const ready = [];
  for (const file of files) {
    const picture = await opened(file);
    const { sent } = await sendable(file, picture);
    picture?.close();
    const trouble = await unsendable(sent, picture, says);
    if (trouble) return { ready: [], trouble };
    ready.push(sent);
  }
  return { ready, trouble: "" };
}

// Why a file cannot be sent, in the words of a form; "" where it can.
/**
 * @param {File} file @param {ImageBitmap | null} picture that it holds, if it could be opened
 * @param {Record<string, string>} says
 */
export async function hindrance(file, picture, { largest, sayLarge, sayChanged }) {
  const { name } = file;
  const size = Math.floor(Number(largest) / 2 ** 20);
  if (file.size > Number(largest)) return filled(sayLarge, { name, size });
  return picture || (await readable(file)) ? "" : filled(sayChanged, { name });
}

// The same where a file that is no picture would cost others chosen with it: it is told of here,
// but where the server may read what this browser cannot.
/**
 * @param {File} file @param {ImageBitmap | null} picture
 * @param {Record<string, string>} says
 */
export async function unsendable(file, picture, says) {
  const trouble = await hindrance(file, picture, says);
  if (trouble || picture || (await isServersOwn(file))) return trouble;
  return filled(says.sayUnreadable, { name: file.name });
}

// Whether a file begins as TIFF or as HEIC and AVIF do, whatever its name says.
/** @param {File} file */
async function isServersOwn(file) {
  const start = await file.slice(0, 8).text();
  return TIFF.some((kind) => start.startsWith(kind)) || start.endsWith("ftyp");
}

// Whether a file is still as it was chosen: a form with another leads to an error of the browser.
/** @param {File} file */
async function readable(file) {
  try {
    await file.arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

/** @param {ImageBitmap} picture @param {number} share @returns {Promise<Blob | null>} */
function scaled(picture, share) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * share);
  canvas.height = Math.round(picture.height * share);
  const paper = pen(canvas);
  paper.fillStyle = "#fff"; // as the server flattens what is transparent
  paper.fillRect(0, 0, canvas.width, canvas.height);
  paper.imageSmoothingQuality = "high";
  paper.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
}
