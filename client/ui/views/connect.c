/* connect.c - the first screen: who am I, who is here, or an address, or a chat of one's own. */
#include <math.h>
#include <string.h>

#include "client/ui/lang.h"
#include "client/ui/views/views.h"
#include "client/ui/widgets/avatar.h"
#include "client/ui/widgets/button.h"
#include "client/ui/widgets/field.h"
#include "client/ui/widgets/scroll.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"

#define GAP 14.0f
#define SMALL_LINE_H 17.5f /* of a label, a sentence about an error */
#define LABEL_GAP 6.0f     /* between a label and what it names */
#define TITLE_H 52.0f
#define TITLE_GAP 20.0f
#define NAME_H 48.0f
#define ADDRESS_H 44.3f /* of the button below, too */
#define PLACE_H 58.3f
#define LOOKING_MS 3000 /* after so long the list may say that nobody is there */
#define RECENT_SHOWN 3

/* The card is laid out from top to bottom by `at`; run once without drawing it tells the height. */
struct card {
    struct views *views;
    int x, w;
    float top, at; /* not rounded, so that small differences do not add up */
    bool draw;
    int corner; /* of the title's right, where the settings' button lies */
};

static struct rect take(struct card *card, float h)
{
    const int top = (int)lroundf(card->at), bottom = (int)lroundf(card->at + h);
    card->at += h;
    return rect_make(card->x, top, card->w, bottom - top);
}

/* A field or a button over the whole width: they are all of one height, wherever they come to stand. */
static struct rect take_box(struct card *card)
{
    struct rect r = take(card, dpf(card->views->ui, ADDRESS_H));
    r.h = dp(card->views->ui, ADDRESS_H);
    return r;
}

static void gap(struct card *card, float logical)
{
    card->at += dpf(card->views->ui, logical);
}

static void label(struct card *card, const char *text)
{
    struct ui *ui = card->views->ui;
    struct rect r = take(card, dpf(ui, SMALL_LINE_H));
    r.h = ui_line_height(ui, TEXT_SM); /* not what was rounded: the line would go up by that */
    if (card->draw)
        ui_label(ui, r, text, TEXT_SM, WEIGHT_MEDIUM, ROLE_TEXT_2, ALIGN_LEFT);
    gap(card, LABEL_GAP);
}

/* Below what it is about. */
static void sentence(struct card *card, const char *text, enum role role)
{
    struct ui *ui = card->views->ui;
    if (!text || !*text)
        return;
    gap(card, SP_2);
    const struct text_layout *layout =
        ui_layout(ui, text, strlen(text), TEXT_SM, WEIGHT_REGULAR, card->w, 0);
    struct rect r = take(card, (float)text_layout_line_count(layout) * dpf(ui, SMALL_LINE_H));
    if (card->draw)
        ui_paragraph(ui, 0, layout, text, strlen(text), r.x, r.y, ui_color(ui, role));
}

static void trouble(struct card *card, const char *text)
{
    sentence(card, text, ROLE_ERR);
}

/* The box of a field whose text ends before its buttons: draws it, leaves what is inside. */
static struct rect box_with_buttons(struct ui *ui, struct rect r, ui_id field, bool invalid)
{
    const bool focused = ui_focused(ui) == field;
    if (focused)
        ui_focus_ring(ui, r, RADIUS_MD);
    ui_round(ui, r, RADIUS_MD, ROLE_RAISED);
    ui_border(ui, r, RADIUS_MD, invalid ? ROLE_ERR : focused ? ROLE_ACCENT : ROLE_LINE);
    rect_cut_right(&r, dp(ui, SP_2));
    return r;
}

/* What sends a field: its icon is as bright as what is written. */
static bool send_button(struct ui *ui, ui_id id, struct rect r, const char *label, bool disabled)
{
    const bool pressed = ui_icon_button(ui, id, r, ICON_NONE, label, disabled ? UI_DISABLED : 0);
    ui_icon(ui, r, ICON_SEND, ICON_MD, disabled ? ROLE_TEXT_3 : ROLE_TEXT);
    return pressed;
}

static struct rect button_in_box(struct ui *ui, struct rect *box)
{
    const int side = dp(ui, SP_6);
    return rect_middle(rect_cut_right(box, side), side);
}

static bool is_connecting(const struct views *views)
{
    return views->model->link == LINK_CONNECTING;
}

/* The name has to be right before anything else happens. */
bool connect_take_name(struct views *views)
{
    struct err err = {0};
    views->name_trouble[0] = '\0';
    views->address_trouble[0] = '\0';
    if (action_set_name(views->app, views->name.text, &err))
        return true;
    str_copy(views->name_trouble, sizeof views->name_trouble, lang(err.text));
    ui_focus(views->ui, ui_id_of(views->ui, "name"));
    return false;
}

/* For what is connected to next; the app drops it if that is another server. */
static void take_password(struct views *views)
{
    if (views->asking_password && views->password.size > 0)
        action_set_password(views->app, views->password.text);
}

static void join(struct views *views, const char *host, uint16_t port)
{
    if (!connect_take_name(views))
        return;
    take_password(views);
    action_connect(views->app, host, port);
}

static void title(struct card *card)
{
    struct ui *ui = card->views->ui;
    struct rect r = take(card, dpf(ui, TITLE_H));
    gap(card, TITLE_GAP);
    if (!card->draw)
        return;
    rect_cut_right(&r, card->corner);
    /* the program's picture in this theme's accent */
    struct rect sign = rect_cut_left(&r, dp(ui, TITLE_H));
    ui_round(ui, sign, GAP, ROLE_ACCENT);
    ui_icon(ui, sign, ICON_BUBBLE, TITLE_H, ROLE_ON_ACCENT);
    rect_cut_left(&r, dp(ui, GAP));
    struct rect name = r, note = r;
    name.y += dp(ui, 1);
    name.h = dp(ui, 29);
    note.y += dp(ui, 32);
    note.h = ui_line_height(ui, TEXT_SM);
    ui_label(ui, name, "Confab", TEXT_XL, WEIGHT_BOLD, ROLE_TEXT, ALIGN_LEFT);
    ui_label(ui, note, lang("Group chat with pictures, sound and film, on your own network"),
             TEXT_SM, WEIGHT_REGULAR, ROLE_TEXT_2, ALIGN_LEFT);
}

static void name_field(struct card *card)
{
    struct views *views = card->views;
    struct ui *ui = views->ui;
    label(card, lang("Your name"));
    struct rect r = take(card, dpf(ui, NAME_H));
    if (card->draw) {
        const struct field_spec spec = {.label = lang("Your name"),
                                        .placeholder = lang("What others call you"),
                                        .size = TEXT_MD,
                                        .pad_x_dp = 49, /* room for the avatar */
                                        .invalid = views->name_trouble[0] != '\0'};
        const unsigned did = ui_field(ui, ui_id_of(ui, "name"), r, &views->name, &spec);
        struct rect disc = rect_make(r.x + dp(ui, 15), r.y, dp(ui, 24), r.h);
        ui_avatar(ui, rect_middle(disc, disc.w), views->name.text);
        if (did & FIELD_CHANGED)
            views->name_trouble[0] = '\0';
        if (did & FIELD_SUBMIT && connect_take_name(views))
            ui_focus(ui, ui_id_of(ui, "address"));
    }
    trouble(card, views->name_trouble);
    gap(card, GAP);
}

/* The first and the last row of a box have its corners, one border further in. */
static struct corners row_corners(const struct ui *ui, size_t i, size_t count)
{
    const float radius = dpf(ui, RADIUS_MD) - dpf(ui, BORDER);
    struct corners corners = corners_all(0);
    if (i == 0)
        corners.tl = corners.tr = radius;
    if (i + 1 == count)
        corners.bl = corners.br = radius;
    return corners;
}

/* One server that can be joined. `first` of a list has the filled button. */
static void place_row(struct card *card, struct rect r, const char *name, const char *note,
                      bool encrypted, bool first, struct corners corners, const char *host,
                      uint16_t port)
{
    struct views *views = card->views;
    struct ui *ui = views->ui;
    const char *join_label = lang("Join");
    ui_push_id(ui, ui_id_num(ui, host, port));
    struct ui_hit hit = ui_hit(ui, ui_id_of(ui, "place"), r, "row", name, 0);
    if (hit.hovered || first)
        draw_round(ui_draw(ui), r, corners, ui_color(ui, ROLE_HOVER));
    r = rect_pad(r, dp(ui, GAP), 0);
    ui_avatar(ui, rect_cut_left(&r, dp(ui, AVATAR)), name);
    rect_cut_left(&r, dp(ui, SP_3));
    const int button_w = ui_button_width(ui, join_label, ICON_NONE) - 2 * dp(ui, 2);
    const int grow = first ? 0 : 2 * dp(ui, BORDER); /* the border stands outside */
    struct rect button =
        rect_middle(rect_cut_right(&r, button_w + grow), ui_button_small_height(ui) + grow);
    const bool pressed =
        ui_button(ui, ui_id_of(ui, "join"), button, join_label, ICON_NONE,
                  first ? BUTTON_PRIMARY : BUTTON_GHOST, is_connecting(views) ? UI_DISABLED : 0);
    if (encrypted) {
        rect_cut_right(&r, dp(ui, SP_3));
        ui_icon(ui, rect_cut_right(&r, dp(ui, ICON_SM)), ICON_LOCK, ICON_SM, ROLE_TEXT);
    }
    struct rect lines = rect_middle(r, ui_line_height(ui, TEXT_MD) + ui_line_height(ui, TEXT_SM));
    ui_label(ui, rect_cut_top(&lines, ui_line_height(ui, TEXT_MD)), name, TEXT_MD, WEIGHT_SEMIBOLD,
             ROLE_TEXT, ALIGN_LEFT);
    ui_label(ui, lines, note, TEXT_SM, WEIGHT_REGULAR, ROLE_TEXT_2, ALIGN_LEFT);
    ui_pop_id(ui);
    if (pressed || (hit.clicked && hit.clicks == 2 && !is_connecting(views)))
        join(views, host, port);
}

/* A bordered box for `count` rows; returns the inside. */
static struct rect box_of(struct card *card, int count, struct rect *outside)
{
    struct ui *ui = card->views->ui;
    *outside = take(card, dpf(ui, PLACE_H * (float)count) + 2 * dpf(ui, BORDER));
    if (card->draw)
        ui_round(ui, *outside, RADIUS_MD, ROLE_RAISED);
    return rect_grow(*outside, -dp(ui, BORDER));
}

/* The next row; the last one takes what rounding left. */
static struct rect place_rect(const struct ui *ui, struct rect *in)
{
    const int h = dp(ui, PLACE_H);
    return rect_cut_top(in, in->h < h + h / 2 ? in->h : h);
}

static void looking(struct card *card)
{
    struct views *views = card->views;
    struct ui *ui = views->ui;
    struct rect outside, in = box_of(card, 1, &outside);
    if (!card->draw)
        return;
    const int64_t waited_ms = clock_now_ms() - views->opened_ms;
    const bool found_none = waited_ms >= LOOKING_MS;
    if (!found_none)
        ui_wake_in(ui, (int)(LOOKING_MS - waited_ms) + 1);
    ui_border(ui, outside, RADIUS_MD, ROLE_LINE);
    in = rect_pad(in, dp(ui, GAP), 0);
    ui_icon(ui, rect_cut_left(&in, dp(ui, ICON_LG)), ICON_WIFI, ICON_LG, ROLE_TEXT_3);
    rect_cut_left(&in, dp(ui, SP_3));
    ui_label(ui, in,
             lang(found_none ? LANG_KEY("No chat found yet. Enter an address, or start one.")
                             : LANG_KEY("Looking for chats on this network…")),
             TEXT_MD, WEIGHT_REGULAR, ROLE_TEXT_2, ALIGN_LEFT);
}

static void found(struct card *card)
{
    struct views *views = card->views;
    const struct model *model = views->model;
    struct ui *ui = views->ui;
    label(card, lang("On this network"));
    if (model->seen_count == 0) {
        looking(card);
        gap(card, GAP);
        return;
    }
    struct rect outside, in = box_of(card, (int)model->seen_count, &outside);
    for (size_t i = 0; card->draw && i < model->seen_count; i++) {
        const struct beacon_seen *seen = &model->seen[i];
        char note[SOCK_ADDRESS_SIZE + 96], people[64];
        lang_count(people, sizeof people, seen->people, "{1} person", "{1} people");
        LANG_TEXT(note, sizeof note, "{1} · {2}", seen->host, people);
        place_row(card, place_rect(ui, &in), seen->server, note, seen->encrypted, i == 0,
                  row_corners(ui, i, model->seen_count), seen->host, seen->port);
        if (i + 1 < model->seen_count)
            ui_fill(ui, rect_make(in.x, in.y - dp(ui, BORDER), in.w, dp(ui, BORDER)), ROLE_LINE);
    }
    if (card->draw)
        ui_border(ui, outside, RADIUS_MD, ROLE_LINE);
    gap(card, GAP);
}

static bool is_seen(const struct model *model, const struct server_place *place)
{
    for (size_t i = 0; i < model->seen_count; i++)
        if (str_equal(model->seen[i].host, place->host) && model->seen[i].port == place->port)
            return true;
    return false;
}

static void recent(struct card *card)
{
    struct views *views = card->views;
    const struct model *model = views->model;
    struct ui *ui = views->ui;
    const struct server_place *places[RECENT_SHOWN];
    int count = 0;
    for (size_t i = 0; i < model->recent_count && count < RECENT_SHOWN; i++)
        if (!is_seen(model, &model->recent[i]))
            places[count++] = &model->recent[i];
    if (count == 0)
        return;
    label(card, lang("Used before"));
    struct rect outside, in = box_of(card, count, &outside);
    for (int i = 0; card->draw && i < count; i++) {
        char note[320], port[8];
        str_format(port, sizeof port, "%u", (unsigned)places[i]->port);
        LANG_TEXT(note, sizeof note, "{1}, port {2}", places[i]->host, port);
        place_row(card, place_rect(ui, &in), places[i]->name, note, false, false,
                  row_corners(ui, (size_t)i, (size_t)count), places[i]->host, places[i]->port);
        if (i + 1 < count)
            ui_fill(ui, rect_make(in.x, in.y - dp(ui, BORDER), in.w, dp(ui, BORDER)), ROLE_LINE);
    }
    if (card->draw)
        ui_border(ui, outside, RADIUS_MD, ROLE_LINE);
    gap(card, GAP);
}

static void connect_to_address(struct views *views)
{
    struct err err = {0};
    if (!connect_take_name(views))
        return;
    take_password(views);
    if (!action_connect_text(views->app, views->address.text, &err))
        str_copy(views->address_trouble, sizeof views->address_trouble, lang(err.text));
}

static void address_field(struct card *card)
{
    struct views *views = card->views;
    struct ui *ui = views->ui;
    label(card, lang("Or enter an address"));
    struct rect r = take_box(card);
    const bool busy = is_connecting(views);
    if (card->draw) {
        const struct field_spec spec = {.label = lang("Address"),
                                        .placeholder = lang("192.168.1.20 or a computer's name"),
                                        .size = TEXT_MD,
                                        .bare = true, /* the text ends before the button */
                                        .pad_x_dp = GAP + BORDER};
        const ui_id id = ui_id_of(ui, "address");
        struct rect rest = box_with_buttons(ui, r, id, false);
        struct rect go = button_in_box(ui, &rest);
        const unsigned did = ui_field(ui, id, rest, &views->address, &spec);
        const bool pressed = send_button(ui, ui_id_of(ui, "connect"), go, lang("Connect"), busy);
        if (did & FIELD_CHANGED)
            views->address_trouble[0] = '\0';
        if (!busy && (pressed || did & FIELD_SUBMIT))
            connect_to_address(views);
    }
    if (!busy && views->address_trouble[0])
        trouble(card, views->address_trouble);
    else if (!busy && !views->asking_password) /* else it is about that, and stands there */
        trouble(card, lang(views->model->trouble));
    gap(card, GAP);
}

/* What the server is called that asks for a password. */
static const char *place_name(const struct model *model)
{
    for (size_t i = 0; i < model->seen_count; i++)
        if (str_equal(model->seen[i].host, model->host) && model->seen[i].port == model->port)
            return model->seen[i].server;
    for (size_t i = 0; i < model->recent_count; i++)
        if (str_equal(model->recent[i].host, model->host) && model->recent[i].port == model->port)
            return model->recent[i].name;
    return model->host;
}

static void password_field(struct card *card)
{
    struct views *views = card->views;
    const struct model *model = views->model;
    struct ui *ui = views->ui;
    const bool busy = is_connecting(views), refused = !busy && model->password_refused;
    char text[300];
    LANG_TEXT(text, sizeof text, "Password of {1}", place_name(model));
    const int top = (int)lroundf(card->at);
    label(card, text);
    struct rect r = take_box(card);
    if (card->draw) {
        const struct field_spec spec = {.label = lang("Password"),
                                        .size = TEXT_MD,
                                        .bare = true,
                                        .pad_x_dp = GAP + BORDER,
                                        .dots = !views->password_shown};
        const ui_id id = ui_id_of(ui, "password");
        struct rect rest = box_with_buttons(ui, r, id, refused);
        struct rect go = button_in_box(ui, &rest), eye = button_in_box(ui, &rest);
        const unsigned did = ui_field(ui, id, rest, &views->password, &spec);
        if (ui_icon_button(
                ui, ui_id_of(ui, "show password"), eye,
                views->password_shown ? ICON_EYE_OFF : ICON_EYE,
                lang(views->password_shown ? LANG_KEY("Hide password") : LANG_KEY("Show password")),
                UI_KEEP_FOCUS)) {
            views->password_shown = !views->password_shown;
            ui_again(ui);
        }
        const bool pressed = send_button(ui, ui_id_of(ui, "send password"), go,
                                         lang("Connect with this password"), busy);
        if (did & FIELD_CANCEL) {
            views_drop_password(views);
            ui_focus(ui, ui_id_of(ui, "address"));
            ui_again(ui);
        } else if (!busy && views->password.size > 0 && (pressed || did & FIELD_SUBMIT)) {
            join(views, views->password_host, views->password_port);
        }
    }
    if (!busy)
        sentence(card, lang(model->trouble), refused ? ROLE_ERR : ROLE_TEXT_2);
    if (card->draw && views->password_comes) {
        views->password_comes = false;
        ui_scroll_show(ui, ui_id_of(ui, "connect"), top - (int)lroundf(card->top) + dp(ui, SP_4),
                       (int)lroundf(card->at) - top + dp(ui, SP_4));
    }
    gap(card, GAP);
}

static void connecting(struct card *card)
{
    struct views *views = card->views;
    struct ui *ui = views->ui;
    struct rect r = take_box(card);
    gap(card, GAP);
    if (!card->draw)
        return;
    const char *cancel = lang("Cancel");
    char text[300];
    struct rect button = rect_middle(rect_cut_right(&r, ui_button_width(ui, cancel, ICON_NONE)),
                                     ui_button_small_height(ui));
    LANG_TEXT(text, sizeof text, "Connecting to {1}…", views->model->host);
    ui_label(ui, r, text, TEXT_MD, WEIGHT_REGULAR, ROLE_TEXT_2, ALIGN_LEFT);
    if (ui_button(ui, ui_id_of(ui, "cancel"), button, cancel, ICON_NONE, BUTTON_GHOST, 0))
        action_disconnect(views->app);
}

static void host(struct card *card)
{
    struct views *views = card->views;
    struct ui *ui = views->ui;
    struct rect r = take(card, dpf(ui, SMALL_LINE_H));
    gap(card, GAP);
    struct rect button = take_box(card);
    if (!card->draw)
        return;
    const int word_w = ui_label_width(ui, lang("or"), TEXT_SM, WEIGHT_REGULAR),
              line_w = (r.w - word_w) / 2 - dp(ui, 10);
    struct rect line = rect_middle(r, dp(ui, BORDER));
    ui_fill(ui, rect_make(r.x, line.y, line_w, line.h), ROLE_LINE);
    ui_fill(ui, rect_make(r.x + r.w - line_w, line.y, line_w, line.h), ROLE_LINE);
    r.h = ui_line_height(ui, TEXT_SM);
    ui_label(ui, r, lang("or"), TEXT_SM, WEIGHT_REGULAR, ROLE_TEXT_3, ALIGN_CENTER);
    struct err err = {0};
    if (ui_button(ui, ui_id_of(ui, "host"), button, lang("Start a chat on this computer"),
                  ICON_HOST, BUTTON_GHOST, is_connecting(views) ? UI_DISABLED : 0) &&
        connect_take_name(views) && !action_host(views->app, &err))
        str_copy(views->address_trouble, sizeof views->address_trouble, lang(err.text));
}

/* Lay the card out from `top`; returns its height. */
static float lay_out(struct views *views, int x, int w, float top, bool draw, int corner)
{
    struct card card = {views, x, w, top, top, draw, corner};
    title(&card);
    name_field(&card);
    found(&card);
    recent(&card);
    address_field(&card);
    if (views->asking_password)
        password_field(&card);
    if (is_connecting(views))
        connecting(&card);
    host(&card);
    return card.at - top;
}

void connect_view(struct views *views, struct rect r)
{
    struct ui *ui = views->ui;
    const int margin = dp(ui, SP_4);
    int w = dp(ui, CONNECT_W);
    if (w > r.w - 2 * margin)
        w = r.w - 2 * margin;
    if (views->password_comes) /* before another field takes what is being typed */
        ui_focus(ui, ui_id_of(ui, "password"));
    ui_fill(ui, r, ROLE_BG);
    const float card_h = lay_out(views, 0, w, 0, false, 0);
    const int h = (int)ceilf(card_h);
    if (h + 2 * margin <= r.h) {
        lay_out(views, r.x + (r.w - w) / 2, w, (float)r.y + ((float)r.h - card_h) / 2, true, 0);
        settings_button(views, r);
        return;
    }
    struct rect in = ui_scroll_begin(ui, ui_id_of(ui, "connect"), r, h + 2 * margin);
    const int free_w = (r.w - w) / 2, corner = dp(ui, SP_6) + 2 * dp(ui, SP_2);
    lay_out(views, r.x + free_w, w, (float)(in.y + margin), true,
            corner > free_w ? corner - free_w : 0);
    settings_button(views, in); /* it goes up with what it lies beside */
    ui_scroll_end(ui);
}
