import "./styles/gcam.css";
import "./start.js"; // words and looks, before anything renders
import "./app.js";
