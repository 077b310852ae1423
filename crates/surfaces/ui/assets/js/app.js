// Starts what makes the pages quicker to use. Everything works without it.
import { keys } from "./keys.js";
import { palette } from "./palette.js";
import { charts } from "./charts.js";
import { copy } from "./copy.js";
import { forms } from "./forms.js";
import { live } from "./live.js";
import { run } from "./run.js";

const setUp = (root) => { charts(root); copy(root); forms(root); };
setUp(document);
run(setUp);
palette();
keys();
live(setUp);
