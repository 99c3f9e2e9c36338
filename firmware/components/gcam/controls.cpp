#include "controls.h"

#include "request.h"

#include "esphome/core/helpers.h"
#include "esphome/core/log.h"

#include <algorithm>
#include <cstring>
#include <optional>

namespace esphome::gcam {

static const char *const TAG = "gcam.controls";

namespace {

constexpr const char *EXPOSURES[] = {"auto", "manual"};
constexpr const char *CEILINGS[] = {"2x", "4x", "8x", "16x", "32x", "64x", "128x"};
constexpr const char *BALANCES[] = {"auto", "sunny", "cloudy", "office", "home"};
constexpr const char *EFFECTS[] = {"none", "negative", "grey", "red", "green", "blue", "sepia"};

enum class Kind : uint8_t { SWITCH, NUMBER, WORD, SIZE };

struct Control {
  const char *name;
  Kind kind;
  /// Of numbers; of words `to` is the last one's place.
  int16_t from;
  int16_t to;
  const char *const *words;
};

constexpr Control number(const char *name, int16_t from, int16_t to) { return {name, Kind::NUMBER, from, to, nullptr}; }
constexpr Control on_or_off(const char *name) { return {name, Kind::SWITCH, 0, 1, nullptr}; }
template<size_t N> constexpr Control words(const char *name, const char *const (&of)[N]) {
  return {name, Kind::WORD, 0, N - 1, of};
}

/// By the place of their `Setting`.
constexpr Control CONTROLS[SETTINGS] = {
    {"frame_size", Kind::SIZE, 0, SIZES - 1, nullptr},
    number("quality", 6, 63),
    on_or_off("mirror"),
    on_or_off("flip"),
    number("brightness", -2, 2),
    number("contrast", -2, 2),
    number("saturation", -2, 2),
    words("exposure", EXPOSURES),
    number("exposure_level", -2, 2),
    number("exposure_time", 0, 1200),
    on_or_off("night_exposure"),
    words("gain_ceiling", CEILINGS),
    words("white_balance", BALANCES),
    words("effect", EFFECTS),
    on_or_off("lens_correction"),
};
constexpr Control LAMP = number("lamp", 0, 100);

const char *word_of(const Control &control, int value) {
  return control.kind == Kind::SIZE ? FRAME_SIZES[value].name : control.words[value];
}

/// `0`, or digits that begin with another one, and a sign before: a number has one way to be written.
std::optional<int> number_in(std::string_view text) {
  const bool is_negative = !text.empty() && text.front() == '-';
  if (is_negative)
    text.remove_prefix(1);
  if (text.empty() || text.size() > 5 || (text.front() == '0' && (text.size() > 1 || is_negative)))
    return {};
  int value = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9')
      return {};
    value = value * 10 + (digit - '0');
  }
  return is_negative ? -value : value;
}

/// `last`: the place of its last word that can be chosen.
std::optional<int> value_in(const Control &control, int last, std::string_view text) {
  if (control.kind == Kind::NUMBER) {
    const auto value = number_in(text);
    return value && *value >= control.from && *value <= control.to ? value : std::nullopt;
  }
  if (control.kind == Kind::SWITCH) {
    if (text == "true")
      return 1;
    return text == "false" ? std::optional<int>(0) : std::nullopt;
  }
  for (int value = 0; value <= last; value++) {
    if (text == word_of(control, value))
      return value;
  }
  return {};
}

void refuse(const Control &control, int last, std::string_view text, Text &refusal) {
  refusal.addf("'%s' takes ", control.name);
  if (control.kind == Kind::SWITCH) {
    refusal.add("true or false");
  } else if (control.kind == Kind::NUMBER) {
    refusal.addf("a whole number from %d to %d", control.from, control.to);
  } else {
    for (int value = 0; value <= last; value++)
      refusal.addf("%s%s", value == 0 ? "one of " : ", ", word_of(control, value));
  }
  refusal.add(", not '");
  refusal.add_said(text);
  refusal.add("'.");
}

void write_one(Text &json, const Control &control, int last, int value) {
  json.addf("\"%s\":{\"value\":", control.name);
  if (control.kind == Kind::SWITCH) {
    json.add(value != 0 ? "true" : "false");
  } else if (control.kind == Kind::NUMBER) {
    json.addf("%d,\"from\":%d,\"to\":%d", value, control.from, control.to);
  } else {
    json.addf("\"%s\",\"one_of\":[", word_of(control, value));
    for (int each = 0; each <= last; each++)
      json.addf("%s\"%s\"", each == 0 ? "" : ",", word_of(control, each));
    json.add(']');
  }
  json.add('}');
}

}  // namespace

void Controls::begin() {
  this->memory_ = global_preferences->make_preference<Kept>(fnv1_hash("gcam.controls"), true);
  if (!this->memory_.load(&this->kept_))
    this->kept_ = {};
  for (int at = 0; at < SETTINGS; at++)
    this->values_[at] = board::get(static_cast<Setting>(at)).value_or(CONTROLS[at].from);
  Kept wanted = this->kept_;
  if (this->first_size_ != nullptr && (wanted.which & 1) == 0) {
    wanted.which |= 1;
    wanted.values[0] = value_in(CONTROLS[0], this->sizes_(), this->first_size_).value_or(0);
  }
  // The YAML may have made the largest size smaller since.
  wanted.values[0] = std::min<int16_t>(wanted.values[0], this->sizes_());
  TextOf<128> refusal;
  if (!this->apply_(wanted, refusal))
    ESP_LOGW(TAG, "What was set before can't be set again: %.*s", static_cast<int>(refusal.view().size()),
             refusal.view().data());
  this->light_(0);
}

bool Controls::set(std::string_view form, Text &refusal) {
  Kept wanted = this->kept_;
  wanted.which = 0;
  int lamp = -1;
  if (!this->read_(form, wanted, lamp, refusal) || !this->apply_(wanted, refusal))
    return false;
  if (lamp >= 0)
    this->light_(lamp);
  this->keep_(wanted);
  return true;
}

bool Controls::read_(std::string_view form, Kept &wanted, int &lamp, Text &refusal) const {
  Form each(form);
  while (each.next()) {
    const Control *end = CONTROLS + SETTINGS;
    const Control *control = std::find_if(CONTROLS, end, [&](const Control &one) { return each.name == one.name; });
    const int at = control - CONTROLS;
    const bool is_lamp = control == end && each.name == LAMP.name && this->lamp_per_cent_() >= 0;
    if (control == end && !is_lamp) {
      refusal.add("There is no control '");
      refusal.add_said(each.name);
      refusal.add("'; there are ");
      for (const Control &one : CONTROLS)
        refusal.addf("%s%s", &one == CONTROLS ? "" : ", ", one.name);
      refusal.addf("%s.", this->lamp_per_cent_() >= 0 ? ", lamp" : "");
      return false;
    }
    const int last = at == 0 ? this->sizes_() : is_lamp ? 0 : control->to;
    const Control &one = is_lamp ? LAMP : *control;
    const auto value = value_in(one, last, each.value);
    if (!value) {
      refuse(one, last, each.value, refusal);
      return false;
    }
    if (is_lamp) {
      lamp = *value;
    } else {
      wanted.which |= 1u << at;
      wanted.values[at] = *value;
    }
  }
  return true;
}

/// What differs is told to the sensor; where it refuses one, those before are taken back.
bool Controls::apply_(const Kept &wanted, Text &refusal) {
  for (int at = 0; at < SETTINGS; at++) {
    if ((wanted.which >> at & 1) == 0 || wanted.values[at] == this->values_[at])
      continue;
    if (board::set(static_cast<Setting>(at), wanted.values[at]))
      continue;
    for (int back = 0; back < at; back++) {
      if ((wanted.which >> back & 1) != 0 && wanted.values[back] != this->values_[back])
        board::set(static_cast<Setting>(back), this->values_[back]);
    }
    refusal.addf("The sensor refuses this value of '%s'.", CONTROLS[at].name);
    return false;
  }
  for (int at = 0; at < SETTINGS; at++) {
    if ((wanted.which >> at & 1) != 0)
      this->values_[at] = wanted.values[at];
  }
  return true;
}

void Controls::keep_(const Kept &wanted) {
  if (wanted.which == 0)
    return;
  const uint32_t which = this->kept_.which | wanted.which;
  this->kept_ = wanted;
  this->kept_.which = which;
  if (!this->memory_.save(&this->kept_) || !global_preferences->sync())
    ESP_LOGW(TAG, "What was set holds until the next start only: the board's memory refuses to be written");
}

void Controls::write(Text &json) const {
  json.add('{');
  for (int at = 0; at < SETTINGS; at++) {
    if (at != 0)
      json.add(',');
    write_one(json, CONTROLS[at], at == 0 ? this->sizes_() : CONTROLS[at].to, this->values_[at]);
  }
  if (this->lamp_per_cent_() >= 0) {
    json.add(',');
    write_one(json, LAMP, 0, this->lamp_per_cent_());
  }
  json.add('}');
}

void Controls::light_(int per_cent) {
#ifdef USE_GCAM_LAMP
  if (this->lamp_ == nullptr)
    return;
  auto call = this->lamp_->make_call();
  call.set_state(per_cent > 0);
  if (per_cent > 0)
    call.set_brightness(per_cent / 100.0f);
  call.set_transition_length(0);
  call.perform();
#endif
}

/// -1: there is none. Home Assistant may have switched it, so it is asked.
int Controls::lamp_per_cent_() const {
#ifdef USE_GCAM_LAMP
  if (this->lamp_ == nullptr)
    return -1;
  const auto &values = this->lamp_->remote_values;
  return values.is_on() ? static_cast<int>(values.get_brightness() * 100.0f + 0.5f) : 0;
#else
  return -1;
#endif
}

/// The place of the largest size that can be chosen.
int Controls::sizes_() const {
  int last = 0;
  for (int at = 0; at < SIZES; at++) {
    if (FRAME_SIZES[at].width <= this->width_ && FRAME_SIZES[at].height <= this->height_)
      last = at;
  }
  return last;
}

}  // namespace esphome::gcam
