import { explain } from "./explain-disk";
import { main } from "./run";

main(async () => {
    const { code, output, errors } = await explain(process.argv.slice(2));
    if (errors !== "") {
        console.error(errors);
    }
    if (output !== "") {
        console.log(output);
    }
    return code;
});
