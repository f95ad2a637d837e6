import assert from "node:assert/strict";
import { Problems, problemsText } from "../../model/problems";

describe("problemsText", () => {
    it("says every problem with class, name, field, fault and cure, one line each", () => {
        const problems = new Problems();
        problems.add("size", `is "40GB", which is not a binary size`, `write "40Gi"`);
        problems.addFrom("image", [{ field: "http", fault: "is empty", cure: "write an address" }]);
        assert.equal(
            problemsText("Disk", "db", problems.all),
            [
                `Disk "db": size is "40GB", which is not a binary size. Write "40Gi".`,
                `Disk "db": image.http is empty. Write an address.`,
            ].join("\n"),
        );
    });
});
