#include "starts.h"

#include "board.h"

#include "esphome/core/helpers.h"

#include <cstring>

namespace esphome::gcam {

void Starts::begin() {
  this->memory_ = global_preferences->make_preference<Kept>(fnv1_hash("gcam.starts"), true);
  if (!this->memory_.load(&this->kept_))
    this->kept_ = {};
  this->was_watchdog_ = this->kept_.by_watchdog != 0;
  this->kept_.by_watchdog = 0;
  this->kept_.count++;
  const char *reason = this->reason();
  const bool is_by_hand = std::strcmp(reason, "power_on") == 0 || std::strcmp(reason, "external") == 0;
  this->kept_.in_a_row = is_by_hand ? this->kept_.in_a_row + 1 : 0;
  this->is_third_ = this->kept_.in_a_row >= 3;
  if (this->is_third_)
    this->kept_.in_a_row = 0;
  this->keep_();
}

void Starts::has_lasted() {
  if (this->kept_.in_a_row == 0)
    return;
  this->kept_.in_a_row = 0;
  this->keep_();
}

void Starts::end_by_watchdog() {
  this->kept_.by_watchdog = 1;
  this->keep_();
}

const char *Starts::reason() const { return this->was_watchdog_ ? "watchdog" : board::reset_reason(); }

void Starts::keep_() {
  this->memory_.save(&this->kept_);
  global_preferences->sync();
}

}  // namespace esphome::gcam
