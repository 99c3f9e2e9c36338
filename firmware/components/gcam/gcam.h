#pragma once

#include "access.h"
#include "answers.h"
#include "board.h"
#include "controls.h"
#include "frames.h"
#include "health.h"
#include "server.h"
#include "starts.h"

#include "esphome/components/camera/camera.h"
#include "esphome/core/component.h"
#ifdef USE_OTA_STATE_LISTENER
#include "esphome/components/ota/ota_backend.h"
#endif
#ifdef USE_SENSOR
#include "esphome/components/sensor/sensor.h"
#endif
#ifdef USE_GCAM_PUSH
#include "push.h"
#endif

#include <cstdint>
#include <memory>

namespace esphome::gcam {

/// A board's pictures for Gcam: takes them off the camera while somebody wants some, and hands them to whoever may.
class Gcam final : public Component,
#ifdef USE_OTA_STATE_LISTENER
                   public ota::OTAGlobalStateListener,
#endif
                   public camera::CameraListener {
 public:
  void set_camera(camera::Camera *camera) { this->camera_ = camera; }
  void set_port(uint16_t port) { this->setup_.port = port; }
  void set_board(const char *board) { this->setup_.board = board; }
  void set_version(const char *version) { this->setup_.version = version; }
  void set_token(const char *token) { this->setup_.token = token; }
  /// The camera's pace where somebody wants all pictures.
  void set_most_fps(float fps) { this->shortest_ms_ = static_cast<uint32_t>(1000 / fps); }
  void set_largest_size(uint16_t width, uint16_t height) { this->controls_.set_largest(width, height); }
  void set_frame_size(const char *name) { this->controls_.set_frame_size(name); }
#ifdef USE_GCAM_LAMP
  void set_lamp(light::LightState *lamp) { this->controls_.set_lamp(lamp); }
#endif
#ifdef USE_GCAM_PUSH
  void set_push(const char *address, uint16_t port, const char *camera, const char *secret) {
    this->setup_.push = {address, port, camera, secret};
  }
#endif
#ifdef USE_SENSOR
  void set_frames_sent_sensor(sensor::Sensor *sensor) { this->frames_sent_ = sensor; }
  void set_frames_skipped_sensor(sensor::Sensor *sensor) { this->frames_skipped_ = sensor; }
  void set_viewers_sensor(sensor::Sensor *sensor) { this->viewers_ = sensor; }
  void set_boots_sensor(sensor::Sensor *sensor) { this->boots_ = sensor; }
#endif

  void setup() override;
  void loop() override;
  void dump_config() override;
  float get_setup_priority() const override { return setup_priority::LATE; }

  void on_camera_image(const std::shared_ptr<camera::CameraImage> &image) override;
#ifdef USE_OTA_STATE_LISTENER
  void on_ota_global_state(ota::OTAState state, float progress, uint8_t error, ota::OTAComponent *component) override;
#endif

  /// The board is nobody's any more, unless its token is fixed.
  void forget();

 protected:
  void note_start_();
  void follow_demand_(uint64_t now_us);
  void set_interval_(uint32_t interval_ms);
  void watch_(uint64_t now_us);
  void follow_pending_();
#ifdef USE_SENSOR
  void publish_();
#endif

  camera::Camera *camera_{nullptr};
  Setup setup_;
  Starts starts_;
  Access access_;
  Frames frames_;
  Controls controls_;
  Server server_{frames_};
  Health health_{frames_, server_, starts_, controls_};
  Answers answers_{setup_, access_, server_, frames_, controls_, health_};
#ifdef USE_GCAM_PUSH
  Push push_{setup_, frames_, controls_, health_};
#endif
#ifdef USE_SENSOR
  sensor::Sensor *frames_sent_{nullptr};
  sensor::Sensor *frames_skipped_{nullptr};
  sensor::Sensor *viewers_{nullptr};
  sensor::Sensor *boots_{nullptr};
#endif

  uint32_t shortest_ms_{40};
  uint32_t interval_ms_{0};
  /// When the camera last gave anything, while it is to.
  uint64_t gave_us_{0};
  bool is_wanted_{false};
  bool left_out_{false};
  bool is_pumping_{false};
};

}  // namespace esphome::gcam
