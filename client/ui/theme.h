/* theme.h - colours and sizes by role: the one home of numbers on the screen. Source: the design
 * tokens.
 *
 * A view never writes a colour or a length: it names a role, and a size as dp(ui, SP_3). Lengths
 * are logical pixels
 * ("dp") at 100 %; dp() makes device pixels of them with the window's scale times the person's text
 * zoom. */
#ifndef CONFAB_UI_THEME_H
#define CONFAB_UI_THEME_H

#include <stdbool.h>
#include <stdint.h>

struct color {
    uint8_t r, g, b, a; /* straight alpha */
};

enum role {
    /* the tokens */
    ROLE_BG,      /* behind the timeline and the connect screen */
    ROLE_SURFACE, /* sidebar, header, members */
    ROLE_RAISED,  /* fields, cards, menus, day pills */
    ROLE_HOVER,   /* under the pointer */
    ROLE_LINE,    /* hairlines and borders */
    ROLE_TEXT,
    ROLE_TEXT_2, /* secondary: addresses, sizes, icons */
    ROLE_TEXT_3, /* tertiary: section heads, times, placeholders */
    ROLE_ACCENT,
    ROLE_ACCENT_2, /* accent, pressed or hovered */
    ROLE_ON_ACCENT,
    ROLE_OWN,      /* own bubble */
    ROLE_OWN_TEXT, /* text in it */
    ROLE_OWN_2,    /* secondary text in it: time, size */
    ROLE_OTHER,    /* other people's bubbles */
    ROLE_OK,
    ROLE_WARN,
    ROLE_ERR,
    ROLE_SHADOW, /* of menus, toasts, round buttons */
    ROLE_SCRIM,  /* over the chat while files are dragged */
    /* derived from them, as the mock mixes them */
    ROLE_SELECTED,      /* the row that is open (accent 18 %) */
    ROLE_ACCENT_SOFT,   /* icon square of a file card (accent 22 %) */
    ROLE_ACCENT_RING,   /* focus ring (accent 25 %) */
    ROLE_QUOTE,         /* quoted message (accent 12 %) */
    ROLE_OWN_SOFT,      /* icon square in the own bubble (white 14 %) */
    ROLE_OWN_QUOTE,     /* quoted message there (white 10 %) */
    ROLE_TRACK,         /* behind a progress bar (text-3 40 %) */
    ROLE_WAVE,          /* waveform bars not yet played (text-3 75 %) */
    ROLE_UNREAD_LINE,   /* err 50 % */
    ROLE_CODE,          /* code block (bg 70 %) */
    ROLE_OVER_MEDIA,    /* pills and the play button on pictures (black 55 %) */
    ROLE_ON_MEDIA,      /* text and icons on those */
    ROLE_VIEWER,        /* behind the picture viewer */
    ROLE_SELECTION,     /* selected text (accent 38 %) */
    ROLE_BUBBLE_SHADOW, /* the light theme's hairline under others' bubbles; transparent in the dark
                           theme */
    ROLE_SCROLLBAR,     /* text-3 45 % */
    ROLE_EDGE, /* around bubbles, rows and cards that else stand out by their ground; transparent but in high contrast */
    ROLE_COUNT,
};

/* Spaces. */
#define SP_1 4.0f
#define SP_2 8.0f
#define SP_3 12.0f
#define SP_4 16.0f
#define SP_5 24.0f
#define SP_6 32.0f
/* Corner radii. */
#define RADIUS_SM 8.0f
#define RADIUS_MD 12.0f
#define RADIUS_LG 18.0f
#define RADIUS_TAIL 5.0f    /* the bubble's corner that points at its sender */
#define RADIUS_FULL 9999.0f /* a pill or a circle: draw.h clamps to half the shorter side */
/* Fixed places. */
#define SIDEBAR_W 264.0f
#define PANEL_W 272.0f
#define HEADER_H 56.0f
#define BUBBLE_MAX_W 560.0f
#define MEDIA_MAX_W 420.0f
#define MEDIA_MAX_H 360.0f
#define AVATAR 34.0f
#define ROW_H 34.0f /* sidebar rows */
#define BORDER 1.0f
#define FOCUS_RING 3.0f
#define CONNECT_W 440.0f
#define ICON_SM 16.0f
#define ICON_MD 18.0f
#define ICON_LG 20.0f
#define PLAY_BUTTON 56.0f
#define FAB 40.0f
#define WINDOW_MIN_W 380.0f
#define WINDOW_MIN_H 480.0f
#define PANEL_MIN_WINDOW_W 860.0f   /* below this the members panel hides */
#define SIDEBAR_MIN_WINDOW_W 606.0f /* below this the sidebar hides */
/* Times. */
#define MOTION_MS 150
#define CARET_BLINK_MS 530
#define TIP_DELAY_MS 500
#define TOAST_MS 4000

enum text_size { TEXT_XS, TEXT_SM, TEXT_CODE, TEXT_MD, TEXT_LG, TEXT_XL, TEXT_SIZE_COUNT };
float theme_text_dp(enum text_size size); /* 11, 12.5, 13, 14.5, 17, 26 */

enum theme_mode { THEME_SYSTEM, THEME_DARK, THEME_LIGHT, THEME_CONTRAST };

/* The mock's blue, and the other hues of its palette of names. */
enum accent {
    ACCENT_BLUE,
    ACCENT_VIOLET,
    ACCENT_PINK,
    ACCENT_RED,
    ACCENT_ORANGE,
    ACCENT_YELLOW,
    ACCENT_GREEN,
    ACCENT_TEAL,
    ACCENT_COUNT
};
const char *theme_accent_word(enum accent accent); /* "blue": for the settings, and to be shown */
enum accent theme_accent_of(const char *word);     /* ACCENT_BLUE if it is none, or NULL */

struct theme {
    bool dark;
    bool contrast; /* borders where else a shade would do */
    struct color colors[ROLE_COUNT];
};

/* Fill *theme. `system_dark` decides for THEME_SYSTEM (window_system_is_dark()).
 *
 * Text on its ground has 4.5 : 1 at least (WCAG 2.2, AA), in high contrast 7 : 1 (AAA). Where the mock is
 * below that it is kept: text-3 (dark 3.1 to 4.2, light 2.7 to 3.0: times and placeholders), white on the
 * dark blue accent (3.3), the light blue as text on the grey ground (4.1), own-2 in light (4.3). */
void theme_init(struct theme *theme, enum theme_mode mode, enum accent accent, bool system_dark);
struct color theme_color(const struct theme *theme, enum role role);
/* What an accent looks like in this theme, for choosing one. */
struct color theme_accent(const struct theme *theme, enum accent accent);

/* A person's or a server's hue, 0..359, one of eight by hash of the name (code points weighted by
 * place, as in the mock). The same name has the same colour on every screen. */
int theme_hue(const char *name);
struct color theme_avatar(const char *name); /* the disc behind the initial */
/* The initial on it: white, as the mock has it; in high contrast what can be read best there. */
struct color theme_on_avatar(const struct theme *theme, const char *name);
struct color theme_name(const struct theme *theme,
                        const char *name); /* the sender's line in a bubble */

struct color color_alpha(struct color color, float factor);           /* its alpha times factor */
struct color color_mix(struct color a, struct color b, float b_part); /* opaque mix, 0 = a, 1 = b */
float color_luminance(struct color color); /* relative, 0 .. 1: WCAG 2.2; alpha is not looked at */
float color_contrast(struct color a, struct color b);                     /* 1 .. 21 */
struct color color_hsl(float hue_deg, float saturation, float lightness); /* CSS Color 4 */

#endif
