import type * as pulumi from "@pulumi/pulumi";

/** First-boot settings of a machine, carried out by cloud-init in the guest. */
export interface CloudInitArgs {
    /**
     * Packages to install, by the names of the guest's package manager.
     *
     * @defaultValue none
     * @impact restart, and only on a guest that has not run its first boot: cloud-init installs packages once
     * @example ["postgresql"]
     */
    readonly packages?: readonly string[];
    /**
     * Shell commands to run at the end of the first boot.
     *
     * @defaultValue none
     * @impact restart, and only on a guest that has not run its first boot
     */
    readonly runCommands?: readonly string[];
    /**
     * A whole user-data document instead, beginning with `#cloud-config` or `#!`. Host name and keys are then yours to set.
     *
     * @defaultValue a document made from the other settings
     * @impact restart, and only on a guest that has not run its first boot
     */
    readonly userData?: pulumi.Input<string>;
}
