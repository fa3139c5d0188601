// connections.cpp
