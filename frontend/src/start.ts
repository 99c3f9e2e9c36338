/** What stands before the first component renders. */
import { registerIconLibrary } from "@awesome.me/webawesome/dist/components/icon/library.js";
import "@awesome.me/webawesome/dist/translations/fr.js";
import { startWords } from "./i18n/i18n.js";
import { startRouter } from "./router.js";
import { startTheme } from "./theme.js";

// Nothing is fetched from elsewhere: our own icons are <gcam-icon>, the components' own come with them.
registerIconLibrary("default", { resolver: () => "" });
startTheme();
startRouter();
startWords();
