/* apart.h - a first try in a process of its own, so that what it learnt cannot reach what comes after. */
#ifndef CONFAB_MEDIA_APART_H
#define CONFAB_MEDIA_APART_H

/* Run `body` in a child that ends when we end. Its exit code; 1 if it was killed or crashed. */
int apart_run(int (*body)(int argc, char **argv), int argc, char **argv);
/* Become the program `name` that lies beside this one, with these arguments. Returns only on failure: an exit code. */
int apart_become(const char *name, char **argv);

#endif
