import path from "node:path";

/** The rooms of the desk: "app", "shared" for what is in lib, or the feature folder by its name, which is a slice's. */
function findRoom(source, file) {
  const [top, name] = path.relative(source, file).split(path.sep);
  if (top === "lib" || top === "..") return "shared";
  return name === undefined || top === "app" ? "app" : top;
}

/** The file that an import points to, without its ending, or null when it leads out of the desk. */
function resolveImport(source, importer, target) {
  if (target.startsWith("@/")) return path.join(source, target.slice(2));
  return target.startsWith(".") ? path.resolve(path.dirname(importer), target) : null;
}

function explain(from, to) {
  if (from === to || from === "app" || to === "shared") return null;
  if (to === "app") return "app/ knows the features and the shared code, never the reverse.";
  if (from === "shared") return "Shared code knows no feature.";
  return "Features do not import each other: compose them in app/, or move the common part to lib/.";
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
