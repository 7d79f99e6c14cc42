// The application for a sender ID: ticks its rules while the name is typed and the document chosen. The server has the last
// word; messaging/senders/rules.py is what this mirrors, and lends it the lists of words.
const form = document.querySelector("[data-sender]");
const label = form.querySelector("[name=label]");
const file = form.querySelector("[name=document]");
const generic = new Set(label.dataset.generic.split(" "));
const endings = new Set(label.dataset.endings.split(" "));

const NAME = {
  letters: (text) => /^[A-Za-z0-9.-]{1,11}$/.test(text),
  name: (text) => /[A-Z]/.test(text.toUpperCase()) && !generic.has(text.toUpperCase().replace(/[.0-9-]/g, "")),
  domain: (text) => {
    const large = text.toUpperCase(), bare = large.replace(/^\.+|\.+$/g, "");
    return text !== "" && !(bare.includes(".") && endings.has(large.slice(large.lastIndexOf(".") + 1)));
  },
  long: (text) => text.length >= 3,
};
const FILE = {
  type: (chosen) => file.accept.split(",").some((ending) => chosen.name.toLowerCase().endsWith(ending)),
  size: (chosen) => chosen.size > 0 && chosen.size <= Number(file.dataset.most),
};

function tick(kind, rules, value) {
  const lines = [...form.querySelectorAll(`[data-${kind}-rule]`)];
  lines.forEach((line) => {
    const met = value && rules[line.dataset[`${kind}Rule`]](value);
    line.classList.toggle("met", Boolean(met));
    line.classList.toggle("broken", Boolean(value) && !met);
  });
  return lines.every((line) => line.classList.contains("met"));
}

label.addEventListener("input", () => {
  const said = form.querySelector("[data-sender-said]");
  const words = tick("sender", NAME, label.value) ? said.dataset.words : "";
  if (said.textContent !== words) said.textContent = words;
});
file.addEventListener("change", () => tick("file", FILE, file.files[0]));
tick("sender", NAME, label.value);
