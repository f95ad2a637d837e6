import type { Fault } from "../source-fields";

/**
 * Faults of texts that a guest would pass over without a word. None of them is repeated: what stands in the wrong place may be a secret.
 */

/** A key of OpenSSH as `authorized_keys` has it: options, type, base64, comment. Source: sshd(8), AUTHORIZED_KEYS FILE FORMAT. */
const publicKey =
    /^(\S.*\s)?([a-z]+-)*(ssh|ecdsa-sha2)-[a-z0-9-]+(@openssh\.com)?\s+[A-Za-z0-9+/]+=*(\s|$)/;

/** What is no public key; blank lines and comments between several are none. */
export function publicKeyFault(text: string): Fault | undefined {
    if (/-----BEGIN [A-Z0-9 ]*PRIVATE KEY|^PuTTY-User-Key-File/.test(text)) {
        return {
            fault: "is a private key, which has to stay where it is",
            cure: "give the public key, the file that ends with .pub; what has been in a program or a state before is no secret any more",
        };
    }
    const lines = text.split("\n").filter((line) => !/^\s*(#|$)/.test(line));
    return lines.length > 0 && lines.every((line) => publicKey.test(line.trim()))
        ? undefined
        : {
              fault: "is no public key of OpenSSH, and nobody could log in with it",
              cure: `give the text of a .pub file, such as "ssh-ed25519 AAAA… me", not its name`,
          };
}

/** What is no hash of a password. Source: crypt(5). */
export function passwordHashFault(text: string): Fault | undefined {
    return /^([!*]|\$\S+\$\S)/.test(text)
        ? undefined
        : {
              fault: "is no hash of a password, and nobody could log in with it",
              cure: `give what mkpasswd makes, which begins with "$": mkpasswd --method=yescrypt`,
          };
}

/** What no guest takes as a password. */
export function passwordFault(text: string): Fault | undefined {
    return text === ""
        ? { fault: "is empty", cure: "give a password, or leave the user out" }
        : undefined;
}

/** How documents begin that cloud-init knows. Source: cloud-init cloudinit/handlers/__init__.py (INCLUSION_TYPES_MAP). */
const begins =
    /^(#!|#include|#cloud-config|#cloud-boothook|#part-handler|#upstart-job|## template: ?jinja|content-type:|mime-version:|from |\x1f\x8b)/i;

/** Documents that guests without cloud-init read from the same place: Ignition's, and Talos Linux's. */
const ofOthers = /^\{|^(.*\n)*(version|apiVersion): *"?v1alpha1/;

/** What cloud-init would pass over. */
export function userDataFault(text: string): Fault | undefined {
    const document = text.trimStart();
    const isEncoded = /^[A-Za-z0-9+/\s]{24,}={0,2}\s*$/.test(document);
    return begins.test(document) || ofOthers.test(document) || isEncoded
        ? undefined
        : {
              fault: "begins with nothing that cloud-init knows, and it would pass it over",
              cure: `begin it with a line "#cloud-config", or with "#!/bin/sh" where it is a script`,
          };
}
