#include "gcam.h"

#include "esphome/core/application.h"
#include "esphome/core/helpers.h"
#include "esphome/core/log.h"

#include <algorithm>
#include <cstring>

namespace esphome::gcam {

static const char *const TAG = "gcam";

/// The camera keeps a picture ready from the time when the last was taken off it: after a pause that one is old.
static constexpr uint64_t OLD_US = 300'000;
/// A camera that gave none for so long gives none until the board starts anew.
static constexpr uint64_t WATCHDOG_US = 20'000'000;
/// The camera's pace is kept by a loop of 16 ms: told the exact time, it would come after it each time.
static constexpr uint32_t LOOP_MS = 17;
/// Nothing wakes the loop when there is room to write again; a small send buffer would be filled once a loop.
static constexpr uint32_t PUMP_MS = 4;
static constexpr const char *PUMP = "pump";

void Gcam::setup() {
  get_mac_address_into_buffer(this->setup_.id);
  this->setup_.name = App.get_friendly_name().empty() ? App.get_name().c_str() : App.get_friendly_name().c_str();
  board::begin(this->setup_);
  this->starts_.begin();
  this->access_.begin(this->setup_.token);
  this->note_start_();
  this->controls_.begin();
  this->camera_->add_listener(this);
  if (!this->server_.begin(this->setup_.port)) {
    this->mark_failed();
    return;
  }
#ifdef USE_GCAM_PUSH
  this->push_.begin();
#endif
#ifdef USE_OTA_STATE_LISTENER
  ota::get_global_ota_callback()->add_global_state_listener(this);
#endif
#ifdef USE_SENSOR
  this->set_interval("publish", 60000, [this]() { this->publish_(); });
#endif
}

void Gcam::note_start_() {
  if (this->starts_.is_third() && !this->access_.is_fixed()) {
    ESP_LOGW(TAG, "Started three times within 10 s each: the token is forgotten");
    this->forget();
  }
  this->set_timeout("lasted", Starts::SHORT_MS, [this]() { this->starts_.has_lasted(); });
}

void Gcam::dump_config() {
  ESP_LOGCONFIG(TAG,
                "Gcam:\n"
                "  Board: %s %s, %s\n"
                "  Claimed: %s%s\n"
                "  Streams: %d at once",
                this->setup_.board, this->setup_.version, this->setup_.id, YESNO(this->access_.is_claimed()),
                this->access_.is_fixed() ? ", by the YAML" : "", Server::MOST_STREAMS);
}

void Gcam::loop() {
  const uint64_t now_us = board::now_us();
  this->server_.loop(now_us);
  this->server_.each([&](Client &client) { this->answers_.attend(client, now_us); });
#ifdef USE_GCAM_PUSH
  this->push_.loop(now_us);
#endif
  this->health_.loop(now_us);
  this->follow_demand_(now_us);
  this->watch_(now_us);
  this->follow_pending_();
}

/// The camera works at the pace of the most demanding, and rests where nobody wants a picture.
void Gcam::follow_demand_(uint64_t now_us) {
  uint32_t wanted_us = this->server_.wanted_us();
#ifdef USE_GCAM_PUSH
  wanted_us = std::min(wanted_us, this->push_.wanted_us());
#endif
  const bool is_wanted = wanted_us != NEVER_US;
  if (is_wanted != this->is_wanted_) {
    this->is_wanted_ = is_wanted;
    board::set_streaming(is_wanted);
    if (is_wanted) {
      this->gave_us_ = now_us;
      this->camera_->start_stream(camera::WEB_REQUESTER);
    } else {
      this->camera_->stop_stream(camera::WEB_REQUESTER);
      this->frames_.rest();
    }
  }
  if (is_wanted && !this->left_out_)
    this->set_interval_(wanted_us / 1000);
}

void Gcam::set_interval_(uint32_t interval_ms) {
  interval_ms = std::max(interval_ms, this->shortest_ms_);
  interval_ms = interval_ms > LOOP_MS ? interval_ms - LOOP_MS : 0;
  if (interval_ms == this->interval_ms_)
    return;
  this->interval_ms_ = interval_ms;
  board::set_interval(this->camera_, interval_ms);
}

void Gcam::on_camera_image(const std::shared_ptr<camera::CameraImage> &image) {
  if (!this->is_wanted_)
    return;
  const uint64_t now_us = board::now_us();
  const uint64_t taken_us = board::taken_us(*image);
  this->gave_us_ = now_us;
  // Never two in a row: a sensor that is this slow still is to be seen.
  this->left_out_ = now_us - taken_us > OLD_US && !this->left_out_;
  if (this->left_out_) {
    this->set_interval_(this->shortest_ms_);
    return;
  }
  this->server_.miss(now_us);
#ifdef USE_GCAM_PUSH
  this->push_.miss(now_us);
#endif
  this->frames_.take({image->get_data_buffer(), image->get_data_length()}, taken_us);
}

void Gcam::watch_(uint64_t now_us) {
  if (!this->is_wanted_ || now_us - this->gave_us_ < WATCHDOG_US)
    return;
  ESP_LOGE(TAG, "The camera gave no picture for 20 s: the board starts anew");
  this->starts_.end_by_watchdog();
  App.safe_reboot();
}

void Gcam::follow_pending_() {
  bool is_pending = this->server_.is_pending();
#ifdef USE_GCAM_PUSH
  is_pending = is_pending || this->push_.is_pending();
#endif
  if (is_pending == this->is_pumping_)
    return;
  this->is_pumping_ = is_pending;
  if (!is_pending) {
    this->cancel_interval(PUMP);
    return;
  }
  this->set_interval(PUMP, PUMP_MS, [this]() {
    const uint64_t now_us = board::now_us();
    this->server_.pump(now_us);
#ifdef USE_GCAM_PUSH
    this->push_.pump(now_us);
#endif
  });
}

void Gcam::forget() {
  if (this->access_.is_fixed()) {
    ESP_LOGW(TAG, "The token stands in the YAML and can't be forgotten");
  } else if (this->access_.forget()) {
    ESP_LOGI(TAG, "The board is nobody's now");
    this->server_.end_pictures();
  }
}

#ifdef USE_OTA_STATE_LISTENER
void Gcam::on_ota_global_state(ota::OTAState state, float /*progress*/, uint8_t /*error*/,
                               ota::OTAComponent * /*component*/) {
  if (state == ota::OTA_IN_PROGRESS)
    return;
  this->answers_.set_updating(state == ota::OTA_STARTED);
  this->follow_demand_(board::now_us());
}
#endif

#ifdef USE_SENSOR
void Gcam::publish_() {
  const auto publish = [](sensor::Sensor *sensor, float value) {
    if (sensor != nullptr)
      sensor->publish_state(value);
  };
  publish(this->frames_sent_, this->frames_.sent);
  publish(this->frames_skipped_, this->frames_.skipped);
  publish(this->viewers_, this->server_.streams());
  publish(this->boots_, this->starts_.count());
}
#endif

}  // namespace esphome::gcam
