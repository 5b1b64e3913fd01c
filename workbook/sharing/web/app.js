// The page: a photo goes in, and the three most likely answers come out.

const TOP = 3;
const element = (id) => document.getElementById(id);
const settings = JSON.parse(element("settings").textContent);
let sessionReady, photoAddress, newest = 0;

// Screen readers read out the sentence. `look` is "" (shown), "problem" (shown as one) or "hidden".
function say(sentence, look = "") {
  element("status").textContent = sentence;
  element("status").className = look;
}

// Bytes that lie in the page as text: packed, then written in base64.
async function bytesInPage(id) {
  const packed = bytesOfBase64(element(id).textContent);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function bytesOfBase64(text) {
  return Uint8Array.from(atob(text.trim()), (letter) => letter.charCodeAt(0));
}

async function startModel() {
  const { env, InferenceSession } = globalThis.ort;
  env.wasm.numThreads = 1;
  env.wasm.wasmBinary = await bytesInPage("runtime");
  env.logLevel = "error";
  return InferenceSession.create(await bytesInPage("model"), { executionProviders: ["wasm"] });
}

// Probabilities of all classes for the prepared pixels of one photo.
async function ask({ width, height, data }) {
  const planes = new Uint8Array(data.length), area = width * height;
  for (let i = 0; i < area; i++) {
    for (let k = 0; k < 3; k++) planes[k * area + i] = data[3 * i + k];
  }
  const pixels = new globalThis.ort.Tensor("uint8", planes, [1, 3, height, width]);
  const session = await sessionReady;
  return (await session.run({ pixels })).probabilities.data;
}

async function answerAbout(file) {
  const mine = ++newest;
  say("Looking …");
  showPhoto(file);
  await new Promise((resolve) => setTimeout(resolve, 30)); // let the words appear first
  try {
    const picture = await prepareFile(file, settings.preprocess);
    const probabilities = await ask(picture);
    if (mine !== newest) return; // another photo was chosen meanwhile
    showSeen(picture);
    showAnswer(probabilities);
  } catch (error) {
    if (mine !== newest) return;
    element("result").hidden = true;
    if (!(error instanceof PhotoProblem)) console.error(error);
    say(error instanceof PhotoProblem ? error.message : tooOld(), "problem");
  }
}

function tooOld() {
  return (
    "The model cannot run in this browser. Update it, or use another one " +
    "(Chrome, Edge, Firefox or Safari from the year 2023 on)."
  );
}

function showPhoto(file) {
  if (photoAddress) URL.revokeObjectURL(photoAddress);
  photoAddress = URL.createObjectURL(file);
  element("photo").hidden = false;
  element("photo").src = photoAddress;
}

function showSeen({ width, height, data }) {
  const seen = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    seen.data.set(data.subarray(3 * i, 3 * i + 3), 4 * i);
    seen.data[4 * i + 3] = 255;
  }
  element("seen").getContext("2d").putImageData(seen, 0, 0);
}

function showAnswer(probabilities) {
  const order = [...probabilities.keys()].sort((a, b) => probabilities[b] - probabilities[a]);
  const best = order.slice(0, TOP);
  const [name, share] = [settings.classNames[best[0]], percent(probabilities[best[0]])];
  const sure = probabilities[best[0]] >= settings.threshold;
  const guess = document.createElement("strong");
  guess.textContent = sure ? name : "Not sure";
  const because = `below ${percent(settings.threshold)} it does not commit itself`;
  element("answer").replaceChildren(...(sure ? ["Most likely ", guess] : [guess]));
  element("why").textContent = sure ? "" : `The best guess is ${name}, but ${because}.`;
  element("bars").classList.toggle("unsure", !sure);
  const bars = best.map((i) => bar(settings.classNames[i], probabilities[i]));
  element("bars").replaceChildren(...bars);
  element("result").hidden = false;
  say(`${sure ? "Most likely" : "Not sure. The best guess is"} ${name}, ${share}.`, "hidden");
  element("result").scrollIntoView({ block: "nearest" });
}

function bar(name, probability) {
  const item = document.createElement("li");
  const part = (className, text = "") => {
    const span = document.createElement("span");
    span.className = className;
    span.textContent = text;
    return span;
  };
  const track = part("track"), filled = part("bar");
  filled.style.width = `${100 * probability}%`;
  track.append(filled);
  item.append(part("name", name), part("share", percent(probability)), track);
  item.dataset.probability = probability;
  return item;
}

// Rounded, but never 0 % or 100 % when it is not quite.
function percent(probability) {
  if (probability > 0 && probability < 0.005) return "under 1 %";
  if (probability >= 0.995 && probability < 1) return "over 99 %";
  return `${Math.round(100 * probability)} %`;
}

function onlyPhoto(files) {
  if (files.length > 0) answerAbout(files[0]);
}

function listen() {
  for (const button of document.querySelectorAll("[data-opens]")) {
    const input = element(button.dataset.opens);
    button.addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
      onlyPhoto([...input.files]);
      input.value = ""; // so that the same photo can be chosen again
    });
    const hasCamera = navigator.maxTouchPoints > 0; // a phone or a tablet
    button.hidden = input.id === "camera" && !hasCamera;
  }
  element("photo").addEventListener("error", () => (element("photo").hidden = true));
  for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      event.preventDefault(); // else the browser would leave the page to show the photo
      element("drop").classList.toggle("over", kind === "dragenter" || kind === "dragover");
      if (kind === "drop") onlyPhoto([...event.dataTransfer.files]);
    });
  }
  document.addEventListener("paste", (event) => onlyPhoto([...event.clipboardData.files]));
  for (const button of document.querySelectorAll(".samples button")) {
    button.addEventListener("click", () => {
      const base64 = button.querySelector("img").src.split(",")[1];
      answerAbout(new Blob([bytesOfBase64(base64)], { type: "image/jpeg" }));
    });
  }
}

listen();
sessionReady = startModel();
sessionReady.then(
  () => newest || say("Ready. Choose a photo."),
  (error) => {
    console.error(error);
    say(tooOld(), "problem");
  },
);
