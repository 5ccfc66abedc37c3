/** Whether several listeners can have one port, and the system deals out connections among them. */
export const canSharePort = ['linux', 'freebsd', 'sunos', 'aix'].includes(process.platform);
