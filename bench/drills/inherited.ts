const { PATH, NODE_COMPILE_CACHE } = process.env;

/** Of our environment, what every process of a drill has: where programs are, and modules as Node has read them. */
export const inherited: NodeJS.ProcessEnv = { PATH, NODE_COMPILE_CACHE };
