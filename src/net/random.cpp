// random.cpp
