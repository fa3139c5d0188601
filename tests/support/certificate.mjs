// Throw-away certificates for localhost, made by openssl in a temporary folder that goes with the test.

import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

export function temporaryFolder(t, name = "partyline-") {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), name));
    t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
    return folder;
}

/// Writes cert.pem and key.pem of a self-signed certificate with this common name; {cert, key, pem}.
export function makeCertificate(folder, name = "localhost") {
    const [cert, key] = [path.join(folder, "cert.pem"), path.join(folder, "key.pem")];
    execFileSync(
        "openssl",
        ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", `/CN=${name}`]
            .concat(["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1", "-keyout", key, "-out", cert]),
        { stdio: "pipe" },
    );
    return { cert, key, pem: fs.readFileSync(cert) };
}
