import stack from "../../../index";

/** The project's own program, with the environment that the test configures. */
export = stack;
