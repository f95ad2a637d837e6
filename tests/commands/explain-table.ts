/**
 * What every recorded state means to `npm run explain`: at the moment it was recorded and when the wait began an hour before, without a
 * machine and with one (`--consumer`). One column stands for all, two for both moments. Written down from facts 2.6, not computed.
 */
export const explained = `
fail-checksum-csi-1-running                     | waiting
fail-checksum-csi-2-failed                      | failed checksum
fail-clone-missing-source-csi                   | waiting clone-source-missing | failed clone-source-missing
fail-clone-missing-source-legacy                | waiting clone-source-missing | failed clone-source-missing
fail-clone-missing-source-nosize                | waiting clone-source-missing | failed clone-source-missing
fail-clone-shrink-csi                           | failed clone-too-small
fail-clone-shrink-legacy                        | waiting clone-too-small | failed clone-too-small
fail-clone-source-in-use-copy-1                 | waiting clone-source-in-use | failed clone-source-in-use
fail-clone-source-in-use-copy-2-released        | waiting
fail-dns-1-terminated                           | waiting host-not-found
fail-dns-2-crashloop-1                          | waiting host-not-found
fail-dns-3-retry-running                        | waiting host-not-found
fail-dns-4-crashloop-3                          | failed host-not-found
fail-http-404-csi-1-terminated                  | waiting http-404
fail-http-404-csi-2-crashloop-1                 | waiting http-404
fail-http-404-csi-3-retry-running               | waiting http-404
fail-http-404-csi-4-crashloop-3                 | failed http-404
fail-http-404-legacy-1-terminated               | waiting http-404
fail-http-404-legacy-2-crashloop-1              | waiting http-404
fail-http-404-legacy-3-retry-running            | waiting http-404
fail-http-404-legacy-4-crashloop-3              | failed http-404
fail-image-pull-1-errimagepull                  | waiting image-pull | failed image-pull
fail-image-pull-2-backoff                       | waiting image-pull | failed image-pull
fail-no-accessmode-localpath                    | waiting no-access-mode | failed no-access-mode
fail-no-accessmode                              | waiting no-access-mode | failed no-access-mode
fail-no-default-sc-accessmodes                  | waiting no-default-class | failed no-default-class
fail-no-default-sc                              | waiting no-default-class | failed no-default-class
fail-pvc-lost-1-running                         | waiting
fail-pvc-lost-2-failed                          | failed volume-lost
fail-quota-storage                              | waiting quota | failed quota
fail-sc-missing-spec-pvc                        | waiting no-such-class | failed no-such-class
fail-sc-missing                                 | waiting no-such-class | failed no-such-class
fail-secret-missing                             | waiting missing-reference | failed missing-reference
fail-sourceref-missing                          | failed data-source-missing
fail-too-small-1-terminated                     | failed disk-too-small
fail-too-small-2-crashloop-1                    | failed disk-too-small
fail-too-small-3-retry-running                  | failed disk-too-small
fail-too-small-4-crashloop-3                    | failed disk-too-small
fail-unschedulable-csi                          | waiting unschedulable | failed unschedulable
ok-clone-copy-legacy-1-pending                  | waiting provisioner-silent | failed provisioner-silent
ok-clone-copy-legacy-2-clonescheduled           | waiting
ok-clone-copy-legacy-3-cloneinprogress          | waiting
ok-clone-copy-legacy-4-copying-start            | waiting
ok-clone-copy-legacy-5-copying-42               | waiting
ok-clone-copy-legacy-6-succeeded                | ready
ok-clone-copy-legacy-7-settled                  | ready
ok-clone-copy-populator-1-cloneinprogress       | waiting clone-source-not-ready | failed clone-source-not-ready
ok-clone-copy-populator-2-copying-start         | waiting
ok-clone-copy-populator-3-copying-42            | waiting
ok-clone-copy-populator-4-succeeded             | ready
ok-clone-copy-populator-5-settled               | ready
ok-clone-csi-1-csicloneinprogress               | waiting
ok-clone-csi-2-succeeded                        | ready
ok-clone-csi-3-settled                          | ready
ok-default-sc                                   | waiting worker-not-started | failed worker-not-started
ok-imm-csi-blank-1-waiting-storage              | waiting provisioner-silent | failed provisioner-silent
ok-imm-csi-blank-2-pod-pending                  | waiting
ok-imm-csi-blank-3-running-no-progress          | waiting
ok-imm-csi-blank-4-succeeded                    | ready
ok-imm-csi-blank-5-settled                      | ready
ok-imm-csi-http-1-waiting-storage               | waiting provisioner-silent | failed provisioner-silent
ok-imm-csi-http-2-pod-pending                   | waiting
ok-imm-csi-http-3-running-no-progress           | waiting
ok-imm-csi-http-4-running-12                    | waiting
ok-imm-csi-http-5-running-87                    | waiting
ok-imm-csi-http-6-succeeded                     | ready
ok-imm-csi-http-7-settled                       | ready
ok-imm-csi-http-retain-pod                      | ready
ok-imm-csi-registry-1-waiting-storage           | waiting provisioner-silent | failed provisioner-silent
ok-imm-csi-registry-2-pod-pending               | waiting
ok-imm-csi-registry-3-running-no-progress       | waiting
ok-imm-csi-registry-4-running-12                | waiting
ok-imm-csi-registry-5-running-87                | waiting
ok-imm-csi-registry-6-succeeded                 | ready
ok-imm-csi-registry-7-settled                   | ready
ok-imm-legacy-blank-1-waiting-storage           | waiting provisioner-silent | failed provisioner-silent
ok-imm-legacy-blank-2-pod-pending               | waiting
ok-imm-legacy-blank-3-running-no-progress       | waiting
ok-imm-legacy-blank-4-succeeded                 | ready
ok-imm-legacy-blank-5-settled                   | ready
ok-imm-legacy-registry-1-waiting-storage        | waiting provisioner-silent | failed provisioner-silent
ok-imm-legacy-registry-2-pod-pending            | waiting
ok-imm-legacy-registry-3-running-no-progress    | waiting
ok-imm-legacy-registry-4-running-12             | waiting
ok-imm-legacy-registry-5-running-87             | waiting
ok-imm-legacy-registry-6-succeeded              | ready
ok-imm-legacy-registry-7-settled                | ready
ok-sourceref-ready                              | ready
ok-wffc-csi-blank-1-no-consumer                 | proceed | proceed | waiting no-consumer | failed no-consumer
ok-wffc-csi-blank-2-consumer-waiting-storage    | waiting provisioner-silent | failed provisioner-silent
ok-wffc-csi-blank-3-pod-pending                 | waiting
ok-wffc-csi-blank-4-running-no-progress         | waiting
ok-wffc-csi-blank-5-succeeded                   | ready
ok-wffc-csi-blank-6-settled                     | ready
ok-wffc-csi-registry-1-no-consumer              | proceed | proceed | waiting no-consumer | failed no-consumer
ok-wffc-csi-registry-2-consumer-waiting-storage | waiting provisioner-silent | failed provisioner-silent
ok-wffc-csi-registry-3-pod-pending              | waiting
ok-wffc-csi-registry-4-running-no-progress      | waiting
ok-wffc-csi-registry-5-running-12               | waiting
ok-wffc-csi-registry-6-running-87               | waiting
ok-wffc-csi-registry-7-succeeded                | ready
ok-wffc-csi-registry-8-settled                  | ready
ok-wffc-legacy-blank-1-no-consumer              | proceed | proceed | waiting no-consumer | failed no-consumer
ok-wffc-legacy-blank-2-consumer-waiting-storage | waiting provisioner-silent | failed provisioner-silent
ok-wffc-legacy-blank-3-bound-consumer-in-use    | waiting claim-in-use | failed claim-in-use
ok-wffc-legacy-blank-4-pod-pending              | waiting
ok-wffc-legacy-blank-5-running-no-progress      | waiting
ok-wffc-legacy-blank-6-succeeded                | ready
ok-wffc-legacy-blank-7-settled                  | ready
ok-wffc-legacy-http-1-no-consumer               | proceed | proceed | waiting no-consumer | failed no-consumer
ok-wffc-legacy-http-2-consumer-waiting-storage  | waiting provisioner-silent | failed provisioner-silent
ok-wffc-legacy-http-3-bound-consumer-in-use     | waiting claim-in-use | failed claim-in-use
ok-wffc-legacy-http-4-pod-pending               | waiting
ok-wffc-legacy-http-5-running-no-progress       | waiting
ok-wffc-legacy-http-6-running-12                | waiting
ok-wffc-legacy-http-7-running-87                | waiting
ok-wffc-legacy-http-8-succeeded                 | ready
ok-wffc-legacy-http-9-settled                   | ready
`;
