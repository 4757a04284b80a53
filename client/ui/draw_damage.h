/* draw_damage.h - which parts of the screen a new list changes. For draw.c only.
 *
 * The screen is cut into square cells. What is painted in a cell is the background and the commands that
 * touch it, in order; a number is computed from these for every cell, and where it is not the number of
 * the list before, the cell is painted anew. Source: the "cached software renderer" of rxi's lite. */
#ifndef CONFAB_UI_DRAW_DAMAGE_H
#define CONFAB_UI_DRAW_DAMAGE_H

#include "client/ui/draw_inside.h"

struct draw_damage;
struct draw_damage *draw_damage_create(void);
void draw_damage_destroy(struct draw_damage *damage);
/* The whole screen is to be painted with the next list, whatever it holds. */
void draw_damage_all(struct draw_damage *damage);
/* Compare with the list before and keep this one's numbers. Fills `rects`, which do not overlap and lie
 * within w x h; returns how many (0: the screen shows this list already). */
#define DRAW_DAMAGE_MAX 64
int draw_damage_find(struct draw_damage *damage, const struct draw_command *commands, size_t count,
                     struct color background, int w, int h, struct rect rects[DRAW_DAMAGE_MAX]);

#endif
