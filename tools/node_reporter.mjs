// Turns what `node --test` reports into the lines that ./test counts: only leaves, named by file and path of suites.
import { relative } from "node:path";

const file = relative(process.cwd(), process.argv.at(-1));

const indent = (text) => String(text).trimEnd().split("\n").map((line) => `    ${line}\n`).join("");

// One word for a shell, whatever is in it; anchored, so that no other test matches.
const pattern = (name) => `'^${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("'", "'\\''")}$'`;

export default async function* report(source) {
    const path = [];          // names of the tests that are open, outermost first
    const failedInside = [];  // per depth: did something inside fail already
    const hasChildren = [];
    for await (const { type, data } of source) {
        if (type === "test:start") {
            path.length = data.nesting;
            path[data.nesting] = data.name;
            if (data.nesting > 0) hasChildren[data.nesting - 1] = true;
            hasChildren[data.nesting] = false;
            failedInside[data.nesting] = false;
        } else if (type === "test:pass" || type === "test:fail") {
            const parent = hasChildren[data.nesting] || data.details?.type === "suite";
            hasChildren[data.nesting] = false;
            const failed = type === "test:fail" && data.todo === undefined;
            const told = failed && failedInside[data.nesting];
            failedInside[data.nesting] = false;
            if (failed && data.nesting > 0) failedInside[data.nesting - 1] = true;
            if (parent && (!failed || told)) continue;
            const name = `${file}: ${[...path.slice(0, data.nesting), data.name].join(" > ")}`.replace(/\s+/g, " ");
            if (data.skip !== undefined) yield `skip ${name} -- ${data.skip === true ? "the test says why" : data.skip}\n`;
            else if (!failed) yield `ok ${name}\n`;
            else {
                yield `not ok ${name} -- node --test --test-name-pattern=${pattern(data.name)} ${file}\n`;
                const error = data.details?.error;
                yield indent(error?.cause?.stack ?? error?.stack ?? error?.cause ?? error);
            }
        } else if (type === "test:stdout" || type === "test:stderr") yield indent(data.message);
    }
}
