import path from "node:path";

// The floors of the house, the top first: a feature may use those below it, as the slice of the same name may.
const FLOORS = [
  "rehearsal", "insights", "outreach", "assistant", "automation", "channels", "conversations",
  "community", "knowledge", "commerce", "customers", "accounts",
];

/** The room of the desk a file is in: a slice's name, "app", or "shared" for everything else below src. */
function findRoom(source, file) {
  const top = path.relative(source, file).split(path.sep)[0] ?? "";
  if (FLOORS.includes(top)) return top;
  return top === "app" || top.startsWith("main.") ? "app" : "shared";
}

/** The file that an import points to, without its ending, or null when it leads out of the desk. */
function resolveImport(source, importer, target) {
  if (target.startsWith("@/")) return path.join(source, target.slice(2));
  return target.startsWith(".") ? path.resolve(path.dirname(importer), target) : null;
}

function explain(from, to) {
  if (from === to || from === "app" || to === "shared") return null;
  if (to === "app") return "app/ knows the features and the shared code, never the reverse.";
  if (from === "shared") return `Shared code knows no feature, and this is ${to}.`;
  if (FLOORS.indexOf(from) < FLOORS.indexOf(to)) return null;
  return `${from} is below ${to} and must not know it: compose the two in app/, or pass it in.`;
}

/** Keeps the feature folders of the desk apart; the one option is the absolute path of its src folder. */
const featureWalls = {
  meta: { type: "problem", schema: [{ type: "string" }] },
  create(context) {
    const source = context.options[0];
    const check = (node) => {
      if (typeof node.source?.value !== "string") return;
      const target = resolveImport(source, context.filename, node.source.value);
      if (target === null) return;
      const message = explain(findRoom(source, context.filename), findRoom(source, target));
      if (message !== null) context.report({ node: node.source, message });
    };
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
    };
  },
};

export default { rules: { features: featureWalls } };
