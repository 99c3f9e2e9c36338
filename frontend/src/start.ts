/** What stands before the first component renders. */
import { inTurn } from "./components/in-turn.js";
import { readyFormats } from "./i18n/format.js";
import { language, startWords } from "./i18n/i18n.js";
import { startRouter } from "./router.js";
import { startTheme } from "./theme.js";

startTheme();
startRouter();
startWords();
inTurn(readyFormats); // while the page's files come
// The component library speaks it as soon as it has come; nothing at first is the library's.
if (language.value === "fr") void import("@awesome.me/webawesome/dist/translations/fr.js");
