// What the page says, in English and French, and how it writes numbers and times.

const WORDS = {
  en: {
    cameras: "Cameras",
    camera: "Camera",
    all_cameras: "All cameras",
    clips: "Recordings",
    no_cameras: "No camera yet. Start Gcam with the address of one:",
    no_clips: "Nothing recorded yet. Recordings appear here by themselves.",
    no_clips_here: "Nothing recorded by this camera yet.",
    more: "Show older",
    all_connected: "All connected",
    some_connected: "{connected} of {total} connected",
    disk: "{free} free",
    offline: "Gcam does not answer. Trying again…",
    connecting: "Connecting…",
    connected: "Live",
    disabled: "Disabled",
    privacy: "Privacy mode",
    reconnecting: "Reconnecting since {time}",
    lost: "Lost since {time}",
    waiting: "Waiting for the first picture",
    motion: "Motion",
    recording: "Recording",
    record: "Record {name} for 30 seconds",
    stop_recording: "Stop recording {name}",
    enlarge: "Show {name} on the whole screen",
    fps: "{fps} fps",
    not_recording: "Not recording: {why}",
    detection_off: "Motion detection is off",
    score: "Motion score of {name}",
    of_threshold: "{score} of {threshold} %",
    video_of: "{name}, {when}, {duration}",
    play: "Play: {what}",
    protected: "Protected",
    protect: "Protect",
    delete: "Delete",
    delete_sure: "Really delete?",
    download: "Download",
    close: "Close",
    older: "Older recording",
    newer: "Newer recording",
    today: "Today",
    yesterday: "Yesterday",
    manual: "By hand",
    continuous: "Continuous",
    timelapse: "Time-lapse",
    failed: "That did not work: {why}",
    no_video: "This recording can't be played here. Download it instead.",
  },
  fr: {
    cameras: "Caméras",
    camera: "Caméra",
    all_cameras: "Toutes les caméras",
    clips: "Enregistrements",
    no_cameras: "Pas encore de caméra. Lancez Gcam avec l’adresse d’une caméra :",
    no_clips: "Rien d’enregistré pour l’instant. Les enregistrements apparaissent ici d’eux-mêmes.",
    no_clips_here: "Rien d’enregistré par cette caméra pour l’instant.",
    more: "Voir les précédents",
    all_connected: "Toutes connectées",
    some_connected: "{connected} connectées sur {total}",
    disk: "{free} libres",
    offline: "Gcam ne répond pas. Nouvel essai…",
    connecting: "Connexion…",
    connected: "En direct",
    disabled: "Désactivée",
    privacy: "Mode privé",
    reconnecting: "Reconnexion depuis {time}",
    lost: "Perdue depuis {time}",
    waiting: "En attente de la première image",
    motion: "Mouvement",
    recording: "Enregistrement",
    record: "Enregistrer {name} pendant 30 secondes",
    stop_recording: "Arrêter l’enregistrement de {name}",
    enlarge: "Afficher {name} en plein écran",
    fps: "{fps} img/s",
    not_recording: "Pas d’enregistrement : {why}",
    detection_off: "La détection de mouvement est désactivée",
    score: "Mouvement mesuré par {name}",
    of_threshold: "{score} sur {threshold} %",
    video_of: "{name}, {when}, {duration}",
    play: "Lire : {what}",
    protected: "Protégé",
    protect: "Protéger",
    delete: "Supprimer",
    delete_sure: "Vraiment supprimer ?",
    download: "Télécharger",
    close: "Fermer",
    older: "Enregistrement précédent",
    newer: "Enregistrement suivant",
    today: "Aujourd’hui",
    yesterday: "Hier",
    manual: "À la main",
    continuous: "En continu",
    timelapse: "Accéléré",
    failed: "Cela n’a pas marché : {why}",
    no_video: "Cet enregistrement ne peut pas être lu ici. Téléchargez-le.",
    problem_unreachable: "Injoignable : vérifiez l’alimentation, le Wi-Fi et l’adresse.",
    problem_rejected: "La caméra refuse : vérifiez le mot de passe et le chemin.",
    problem_protocol: "La réponse n’est pas un flux d’images : vérifiez l’adresse.",
    problem_stalled: "La connexion est ouverte mais plus aucune image n’arrive.",
  },
};

const language = (navigator.languages ?? [navigator.language]).map((tag) => tag.slice(0, 2)).find((tag) => tag in WORDS) ?? "en";
const locale = (navigator.languages ?? []).find((tag) => tag.startsWith(language)) ?? language;

export const t = (word, values = {}) =>
  (WORDS[language][word] ?? WORDS.en[word]).replace(/\{(\w+)\}/g, (_, name) => values[name]);

/** Why a camera is away: translated where Gcam knows the kind, else as the server says it. */
export const problemText = (code, text) => WORDS[language][`problem_${code}`] ?? text ?? "";

/** Put the words into everything marked with data-word and data-label. */
export const translatePage = () => {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = t(element.dataset.word);
  for (const element of document.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", t(element.dataset.label));
    element.title = t(element.dataset.label);
  }
};

const format = (options) => new Intl.DateTimeFormat(locale, options);
const clockTime = format({ hour: "2-digit", minute: "2-digit" });
const exactTime = format({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const fullDate = format({ weekday: "long", day: "numeric", month: "long" });
const shortDate = format({ day: "numeric", month: "short" });

const isSameDay = (a, b) => a.toDateString() === b.toDateString();
const dayBefore = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate() - 1);

/** "14:03", or with the day where that is not today. */
export const since = (unix) => {
  const date = new Date(unix * 1000);
  return isSameDay(date, new Date()) ? clockTime.format(date) : `${shortDate.format(date)} ${clockTime.format(date)}`;
};

export const timeOfDay = (unix) => exactTime.format(new Date(unix * 1000));

export const day = (unix) => {
  const date = new Date(unix * 1000);
  const today = new Date();
  if (isSameDay(date, today)) return t("today");
  if (isSameDay(date, dayBefore(today))) return t("yesterday");
  return fullDate.format(date);
};

export const duration = (seconds) => {
  const whole = Math.max(1, Math.round(seconds));
  const minutes = Math.floor(whole / 60);
  return `${minutes}:${String(whole % 60).padStart(2, "0")}`;
};

export const number = (value, digits = 0) =>
  value.toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];

export const size = (bytes) => {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** power;
  return value.toLocaleString(locale, {
    style: "unit", unit: UNITS[power], maximumFractionDigits: value < 10 && power > 0 ? 1 : 0,
  });
};
