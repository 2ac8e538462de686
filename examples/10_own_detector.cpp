// A detector of one's own, OpenCV's YuNet, where OpenCV is found: example_10_own_detector [face_detection_yunet_2023mar.onnx [PHOTO]]
#include <fmt/format.h>

#include <faceptor/analyze/face_analyzer.hpp>
#include <faceptor/geometry/similarity.hpp>
#include <faceptor/image/read.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>

class YuNet final : public faceptor::FaceDetector {
 public:
  explicit YuNet(std::string model) : model_(std::move(model)) {}
  std::string name() const override { return "yunet"; }
  std::vector<faceptor::Detection> detect(const faceptor::Image& photo) const override {
    const cv::Mat rgb(photo.height(), photo.width(), CV_8UC3, const_cast<std::uint8_t*>(photo.pixels().data()));
    cv::Mat bgr, rows;
    cv::cvtColor(rgb, bgr, cv::COLOR_RGB2BGR);
    cv::FaceDetectorYN::create(model_, "", bgr.size())->detect(bgr, rows);  // a new one: it can't be shared by threads
    std::vector<faceptor::Detection> faces;
    for (int i = 0; i < rows.rows; ++i) {
      const float* row = rows.ptr<float>(i);  // x, y, width, height, five points, score
      faceptor::FivePoints points;
      for (std::size_t k = 0; k < 5; ++k) points[k] = {row[4 + 2 * k], row[5 + 2 * k]};
      const faceptor::Box box{row[0], row[1], row[0] + row[2], row[1] + row[3]};
      faces.push_back({box, row[14], points, faceptor::box_from_five_points(points)});
    }
    return faces;
  }

 private:
  std::string model_;
};

int main(int argc, char** argv) {
  if (argc < 2) return fmt::print("name YuNet's model\n"), 0;
  const auto detector = std::make_shared<YuNet>(argv[1]);
  const auto analyzer = faceptor::FaceAnalyzer::load("assets/models/faceptor-demo.safetensors", {.tasks = {"age"}, .detector = detector});
  const auto photo = faceptor::read_image(argc > 2 ? argv[2] : "assets/photos/astronaut.jpg");
  for (const auto& face : analyzer.analyze(photo)) fmt::print("{}\n", face.result("age").text());
}
