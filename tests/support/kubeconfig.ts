/** A kubeconfig whose server nobody listens on: what a preview sees when the cluster is out of reach. */
export const unreachableKubeconfig = `
apiVersion: v1
kind: Config
current-context: nowhere
contexts: [{ name: nowhere, context: { cluster: nowhere, user: nobody } }]
clusters: [{ name: nowhere, cluster: { server: "https://127.0.0.1:1" } }]
users: [{ name: nobody, user: {} }]
`;
