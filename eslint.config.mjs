import tseslint from "typescript-eslint";

export default tseslint.config(
    { ignores: ["node_modules", "dist", ".sandbox"] },
    {
        files: ["**/*.ts"],
        extends: [...tseslint.configs.strictTypeChecked],
        languageOptions: { parserOptions: { projectService: true } },
        rules: {
            // Kubernetes objects are read by key everywhere, and a template string prints numbers.
            "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
            // Leaving fields out of an object is written as destructuring.
            "@typescript-eslint/no-unused-vars": [
                "error",
                { ignoreRestSiblings: true, argsIgnorePattern: "^_" },
            ],
            // describe/it of mocha take async functions and return nothing that could be awaited.
            "@typescript-eslint/no-confusing-void-expression": "off",
        },
    },
);
